package demo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"cliffhanger/demo/lettering"
	"cliffhanger/demo/need"
	"cliffhanger/demo/puppet"
	"cliffhanger/demo/sound"
	"cliffhanger/demo/stage"
	"cliffhanger/demo/story"
)

// Languages of the subtitles, as BCP 47 tags. Chinese is the original.
const (
	Chinese = "zh-CN"
	English = "en"
)

// Stories is the repertoire, to be read only.
func Stories() ([]story.Drama, error) { return story.All() }

// Ready tells whether everything the theatre needs is installed. What is missing
// is a *need.Error.
func Ready() error {
	for _, tool := range [][2]string{{"ffmpeg", "ffmpeg"}, {"espeak-ng", "espeak-ng"}} {
		if _, err := need.Tool(tool[0], tool[1]); err != nil {
			return err
		}
	}
	faces, err := lettering.Open()
	if err != nil {
		return err
	}
	faces.Close()
	return nil
}

// Performance is one episode to be played.
type Performance struct {
	Drama    story.Drama
	Episode  int    // from 1
	Dir      string // exists; episodes/ and subtitles/ are made in it
	Progress func(done, total int)
}

// Master is a finished episode. Paths lie in the performance's Dir.
type Master struct {
	Video     string
	Subtitles map[string]string // path by language
	Duration  time.Duration
}

// Perform plays an episode and writes its master. It takes about seven seconds
// of one processor and 200 MB. Files appear whole or not at all; existing ones
// are replaced. Progress counts frames and may be nil. A missing program or font
// is a *need.Error.
func Perform(ctx context.Context, p Performance) (Master, error) {
	if p.Episode < 1 || p.Episode > len(p.Drama.Episodes) {
		return Master{}, fmt.Errorf("demo: %s has no episode %d", p.Drama.Key, p.Episode)
	}
	if err := Ready(); err != nil {
		return Master{}, err
	}
	master, err := p.play(ctx, p.Drama.Episodes[p.Episode-1])
	if err != nil {
		return Master{}, fmt.Errorf("demo: %s, episode %d: %w", p.Drama.Key, p.Episode, err)
	}
	return master, nil
}

func (p Performance) play(ctx context.Context, e story.Episode) (Master, error) {
	faces, err := lettering.Open()
	if err != nil {
		return Master{}, err
	}
	defer faces.Close()
	clips, err := speakLines(ctx, p.Drama, e)
	if err != nil {
		return Master{}, err
	}
	show, err := stage.New(stage.Script{
		Drama: p.Drama, Episode: e, Speeches: speeches(clips), Signs: faces.Serif,
		TitlePlate: faces.TitlePlate(p.Drama.Title, e.Number), CliffCard: faces.CliffCard(e.Cliff.Text, e.Last),
	})
	if err != nil {
		return Master{}, err
	}
	seconds := float64(show.Frames()) / stage.FPS
	master := Master{
		Video:     filepath.Join(p.Dir, videoName(e.Number)),
		Subtitles: map[string]string{},
		Duration:  time.Duration(seconds * float64(time.Second)),
	}
	for _, folder := range []string{episodesFolder, subtitlesFolder} {
		if err := os.MkdirAll(filepath.Join(p.Dir, folder), 0o755); err != nil {
			return Master{}, err
		}
	}
	for language, text := range subtitles(e, show.Storyboard()) {
		path := filepath.Join(p.Dir, subtitleName(e.Number, language))
		if err := writeWhole(path, []byte(text)); err != nil {
			return Master{}, err
		}
		master.Subtitles[language] = path
	}
	recording := score(p.Drama, e, show, clips, seconds).Perform()
	return master, encode(ctx, master.Video, show, recording.WAV(), p.Progress)
}

// longest is what the voices of an episode may take, in seconds; a little less
// than the platform's, for what planning rounds up.
const longest = story.Longest - .1

// speakLines has every line spoken by its role, faster when the episode would
// run over.
func speakLines(ctx context.Context, d story.Drama, e story.Episode) ([]sound.Clip, error) {
	rate := 1.0
	for try := 0; ; try++ {
		clips := make([]sound.Clip, len(e.Lines))
		lengths := make([]float64, len(e.Lines))
		spoken := 0.0
		for i, line := range e.Lines {
			c, err := puppet.Dress(d.Cast[line.Speaker])
			if err != nil {
				return nil, err
			}
			if clips[i], err = sound.Speak(ctx, sound.Speaker(c.Voice), line.Text.Zh, rate); err != nil {
				return nil, err
			}
			lengths[i] = clips[i].Seconds()
			spoken += lengths[i]
		}
		over := story.Plan(e, lengths).Length - longest
		if over <= 0 || try == 2 || spoken <= over {
			return clips, nil
		}
		rate *= min(1.35, spoken/(spoken-over)) * 1.02
	}
}

// speeches are the clips as the puppets need them.
func speeches(clips []sound.Clip) []stage.Speech {
	list := make([]stage.Speech, len(clips))
	for i, clip := range clips {
		list[i] = stage.Speech{Seconds: clip.Seconds(), Loudness: clip.Loudness(stage.FPS)}
	}
	return list
}

// score puts an episode's sound on the clock of its show.
func score(d story.Drama, e story.Episode, show *stage.Show, clips []sound.Clip, seconds float64) sound.Score {
	board := show.Storyboard()
	s := sound.Score{
		Style: d.Music, Weather: show.Weather(), Seed: d.Seed, Episode: e.Number,
		Length: seconds, Cliff: board.Cliff(),
	}
	for _, shot := range board.Shots {
		if shot.Kind == story.Title {
			s.Title = shot.Start
		}
		if shot.Line != story.Silent {
			line := sound.Line{Start: shot.Start + story.VoiceDelay, Clip: clips[shot.Line], Side: float64(2*shot.Side - 1)}
			s.Lines = append(s.Lines, line)
		}
	}
	return s
}

// subtitles are WebVTT texts by language, a cue for every spoken line.
func subtitles(e story.Episode, board story.Storyboard) map[string]string {
	var chinese, english []lettering.Cue
	for _, shot := range board.Shots {
		if shot.Line == story.Silent {
			continue
		}
		text := e.Lines[shot.Line].Text
		cue := lettering.Cue{Start: clock(shot.Start), End: clock(shot.End)}
		cue.Text = text.Zh
		chinese = append(chinese, cue)
		cue.Text = text.En
		english = append(english, cue)
	}
	return map[string]string{
		Chinese: lettering.WebVTT(chinese, lettering.ChineseLine),
		English: lettering.WebVTT(english, lettering.EnglishLine),
	}
}

func clock(seconds float64) time.Duration { return time.Duration(seconds * float64(time.Second)) }
