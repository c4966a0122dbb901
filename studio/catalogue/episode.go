package catalogue

import (
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/catalogue/release"
	"cliffhanger/studio/catalogue/words"
)

// Episode is one part of a drama.
type Episode struct {
	ID        id.Episode
	Drama     id.Drama
	Number    int // from 1, unique within the drama
	Title     words.Text
	Asset     id.Asset // "": no video yet
	Next      id.Asset // takes the video's place once it can be watched; "": none
	Subtitles []Subtitle
	OwnAt     time.Time            // release at home, whatever the plan says; zero: by the plan
	ReleaseAt time.Time            // at home; zero: not scheduled anywhere
	Elsewhere map[string]time.Time // release in markets that have a time of their own
	Video     Video                // as media last told
}

// Video is what catalogue remembers of an asset.
type Video struct {
	Playable   bool
	Blocked    bool // quality control stops it
	DurationMS int64
	Width      int
	Height     int
}

// Shown reports whether viewers may be sent to it.
func (v Video) Shown() bool { return v.Playable && !v.Blocked }

// Subtitle is one language's subtitles of an episode.
type Subtitle struct {
	Lang   string `json:"lang"`
	Hash   string `json:"-"`    // names the blob
	Source string `json:"-"`    // hash of the file it was made from
	Cues   int    `json:"cues"` // how many
	Long   int    `json:"long"` // cues that are too long to be read comfortably
}

// BlobKey is where the normalised WebVTT lies.
func (s Subtitle) BlobKey() string { return "catalogue/subtitles/" + s.Hash + ".vtt" }

// MostEpisodes bounds a drama.
const MostEpisodes = 500

// slot is the episode as the schedule sees it.
func (e Episode) slot() release.Slot {
	return release.Slot{Number: e.Number, Own: e.OwnAt, At: e.ReleaseAt, Elsewhere: e.Elsewhere}
}

// ReleaseIn is when the episode is released in a market; zero: not scheduled.
func (e Episode) ReleaseIn(market string) time.Time {
	return release.In(market, e.ReleaseAt, e.Elsewhere)
}

// WatchableAt reports whether a viewer in a market may watch the episode of a
// published drama at the given moment.
func (e Episode) WatchableAt(now time.Time, market string) bool {
	at := e.ReleaseIn(market)
	return e.Video.Shown() && !at.IsZero() && !at.After(now)
}

var errEpisode = fault.New(fault.Invalid, "catalogue.episode_invalid", "Some of the episode's details are not right; see the fields.")

// cleanEpisode checks the number and tidies the title.
func cleanEpisode(number int, title words.Text) (words.Text, error) {
	var bad []fault.Field
	title = words.Clean(title, "title", longestTitle, false, &bad)
	if number < 1 || number > MostEpisodes {
		bad = append(bad, fault.Field{Path: "number", Code: "number_impossible", Msg: "is not between 1 and 500"})
	}
	if len(bad) > 0 {
		return nil, errEpisode.With(bad...)
	}
	return title, nil
}
