package catalogue

import (
	"fmt"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
)

// Missing is one thing a drama lacks.
type Missing struct {
	Code     string `json:"code"`
	Path     string `json:"path" doc:"where: episodes[3].asset is the episode with number 3"`
	Message  string `json:"message"`
	Severity string `json:"severity" enum:"block,warn" doc:"block: cannot be published; warn: should be better"`
}

// Severities of what is missing.
const (
	Block = "block"
	Warn  = "warn"
)

// MissingFrom answers what the drama lacks before viewers may find it, in the
// order a person would mend it. assets are media's facts for the episodes'
// assets; an asset without facts counts as not yet there.
func MissingFrom(d Drama, episodes []Episode, assets map[id.Asset]AssetFacts) []Missing {
	out := []Missing{}
	need := func(severity, code, path, msg string, args ...any) {
		out = append(out, Missing{Code: code, Path: path, Message: fmt.Sprintf(msg, args...), Severity: severity})
	}
	lang := d.OriginalLanguage
	if d.Title[lang] == "" {
		need(Block, "title_missing", "title."+lang, "The title in the original language (%s) is missing.", lang)
	}
	if d.Synopsis[lang] == "" {
		need(Block, "synopsis_missing", "synopsis."+lang, "The synopsis in the original language (%s) is missing.", lang)
	}
	if len(d.Genres) == 0 {
		need(Block, "genre_missing", "genres", "Choose at least one genre.")
	}
	if len(d.Portrait) == 0 {
		need(Block, "poster_missing", "posters.portrait", "The portrait poster is missing.")
	}
	if len(d.Landscape) == 0 {
		need(Warn, "poster_missing", "posters.landscape", "Without a landscape poster televisions show the portrait one with bars.")
	}
	if len(episodes) == 0 {
		need(Block, "episodes_missing", "episodes", "There are no episodes yet.")
	}
	for i, e := range episodes {
		path := fmt.Sprintf("episodes[%d]", e.Number)
		if e.Number != i+1 {
			severity := Block
			if e.waits(d.State) {
				severity = Warn
			}
			need(severity, "episode_gap", path, "Episode %d is missing before episode %d.", i+1, e.Number)
			break
		}
	}
	for i, e := range episodes {
		missingFromEpisode(e, i == 0, assets, need)
	}
	return out
}

func missingFromEpisode(e Episode, first bool, assets map[id.Asset]AssetFacts, need func(severity, code, path, msg string, args ...any)) {
	path := fmt.Sprintf("episodes[%d]", e.Number)
	facts, known := assets[e.Asset]
	switch {
	case e.Asset == "":
		need(Block, "video_missing", path+".asset", "Episode %d has no video.", e.Number)
	case known && facts.Blocked:
		need(Block, "video_blocked", path+".asset", "Quality control stops the video of episode %d.", e.Number)
	case !facts.Playable && first:
		need(Block, "video_not_playable", path+".asset", "The video of episode %d cannot be watched yet.", e.Number)
	case !facts.Playable:
		need(Warn, "video_not_playable", path+".asset", "The video of episode %d cannot be watched yet; the episode appears when it can.", e.Number)
	}
	for _, s := range e.Subtitles {
		if s.Long > 0 {
			need(Warn, "subtitle_long", path+".subtitles."+s.Lang, "%d subtitles of episode %d have more than two lines, or lines wider than 14 Chinese characters or 28 letters.", s.Long, e.Number)
		}
	}
}

// waits reports whether the episode may be behind a gap: files arrive in any
// order, and outside draft an episode nobody was promised waits for those before it.
func (e Episode) waits(s State) bool { return s.MustBeComplete() && e.ReleaseAt.IsZero() }

// missingToStep is MissingFrom for a step that needs a complete drama: with no
// episode waiting for others.
func missingToStep(d Dossier) []Missing {
	d.State = Draft
	return MissingFrom(d.Drama, d.Episodes, d.Facts)
}

// missingFromReplacements says of each video that is to replace another why it
// has not done so yet.
func missingFromReplacements(episodes []Episode, assets map[id.Asset]AssetSummary) []Missing {
	var out []Missing
	for _, e := range episodes {
		if e.Next == "" {
			continue
		}
		m := Missing{Code: "replacement_waits", Path: fmt.Sprintf("episodes[%d].replacement", e.Number), Severity: Warn,
			Message: fmt.Sprintf("The new video of episode %d is being prepared. Viewers keep the one before until it can be watched.", e.Number)}
		switch sum := assets[e.Next]; {
		case sum.Problem != nil:
			m.Code = "replacement_failed"
			m.Message = fmt.Sprintf("The new video of episode %d cannot be used; viewers keep the one before. %s", e.Number, sum.Problem.Message)
		case sum.BlockedFindings > 0:
			m.Code = "replacement_blocked"
			m.Message = fmt.Sprintf("Quality control stops the new video of episode %d; viewers keep the one before.", e.Number)
		}
		out = append(out, m)
	}
	return out
}

// errIncomplete refuses to go on with a drama that lacks something.
var errIncomplete = fault.New(fault.Conflict, "catalogue.drama_incomplete", "The drama is not complete yet; see the fields.")

// blockers turns what blocks into a fault, or nil.
func blockers(missing []Missing) error {
	f := errIncomplete
	for _, m := range missing {
		if m.Severity == Block {
			f = f.With(fault.Field{Path: m.Path, Code: m.Code, Msg: m.Message})
		}
	}
	if len(f.Fields) == 0 {
		return nil
	}
	return f
}
