package review

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
)

// Material is everything a viewer would see of a drama at a moment.
type Material struct {
	Drama    id.Drama          `json:"drama"`
	Org      id.Org            `json:"org"` // whose work it is
	Title    map[string]string `json:"title"`
	About    string            `json:"about"` // SHA-256 of what it says of itself, hexadecimal
	Episodes []Part            `json:"episodes"`
}

// Part is one episode.
type Part struct {
	Episode   id.Episode        `json:"episode"`
	Number    int               `json:"number"`
	Asset     id.Asset          `json:"asset"`
	Master    string            `json:"master"` // SHA-256, hexadecimal
	Length    time.Duration     `json:"length"`
	Subtitles map[string]string `json:"subtitles,omitempty"` // SHA-256 by language
}

// Version names what the material is: the SHA-256, in hexadecimal, of its parts, one
// to a line.
func (m Material) Version() string {
	h := sha256.New()
	fmt.Fprintf(h, "version 1\nabout %s\n", m.About)
	for _, p := range m.Episodes {
		fmt.Fprintf(h, "episode %d %s\n", p.Number, p.Master)
		for _, lang := range slices.Sorted(maps.Keys(p.Subtitles)) {
			fmt.Fprintf(h, "subtitle %q %s\n", lang, p.Subtitles[lang])
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// lengths of the episodes, in their order.
func (m Material) lengths() []time.Duration {
	out := make([]time.Duration, len(m.Episodes))
	for i, p := range m.Episodes {
		out[i] = p.Length
	}
	return out
}

// index of the episode of that number, or -1.
func (m Material) index(number int) int {
	return slices.IndexFunc(m.Episodes, func(p Part) bool { return p.Number == number })
}

var errIncomplete = fault.New(fault.Conflict, "review.work_incomplete", "The work is not complete; see the fields.")

// complete reports what is missing before people can look at it.
func (m Material) complete() error {
	f := errIncomplete
	if len(m.Episodes) == 0 {
		f = f.With(fault.Field{Path: "episodes", Code: "required", Msg: "has none that can be watched"})
	}
	for i, p := range m.Episodes {
		path := fmt.Sprintf("episodes[%d]", i+1)
		switch {
		case p.Number != i+1:
			f = f.With(fault.Field{Path: path, Code: "gap", Msg: fmt.Sprintf("comes after episode %d: one between them is missing", i)})
			return f
		case p.Master == "" || p.Length <= 0:
			f = f.With(fault.Field{Path: path, Code: "no_video", Msg: "has no video that can be watched yet"})
		}
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// Change is how a version differs from another in one place.
type Change struct {
	What    string `json:"what" enum:"about,added,removed,video,subtitles"`
	Episode int    `json:"episode,omitempty"` // its number; 0: the drama itself
	Before  *Part  `json:"before,omitempty"`
	After   *Part  `json:"after,omitempty"`
}

// Changes are what makes m another version than before, in the order of episodes.
func (m Material) Changes(before Material) []Change {
	out := []Change{}
	if m.About != before.About {
		out = append(out, Change{What: "about"})
	}
	had, has := map[int]Part{}, map[int]Part{}
	for _, p := range before.Episodes {
		had[p.Number] = p
	}
	for _, p := range m.Episodes {
		has[p.Number] = p
	}
	numbers := maps.Clone(had)
	maps.Copy(numbers, has)
	for _, n := range slices.Sorted(maps.Keys(numbers)) {
		old, was := had[n]
		now, is := has[n]
		switch {
		case !was:
			out = append(out, Change{What: "added", Episode: n, After: &now})
		case !is:
			out = append(out, Change{What: "removed", Episode: n, Before: &old})
		default:
			if old.Master != now.Master {
				out = append(out, Change{What: "video", Episode: n, Before: &old, After: &now})
			}
			if !maps.Equal(old.Subtitles, now.Subtitles) {
				out = append(out, Change{What: "subtitles", Episode: n, Before: &old, After: &now})
			}
		}
	}
	return out
}

func (m Material) encode() (string, error) {
	text, err := json.Marshal(m)
	return string(text), err
}
