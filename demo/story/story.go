package story

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/BurntSushi/toml"
)

// Text is one text in both languages of the theatre.
type Text struct {
	Zh string `toml:"zh"` // Simplified Chinese, the original
	En string `toml:"en"`
}

// Drama is a short-drama series.
type Drama struct {
	Key      string          `toml:"key"` // stable slug, unique in the repertoire
	Title    Text            `toml:"title"`
	Logline  Text            `toml:"logline"`
	Genres   []string        `toml:"genres"` // slugs, the leading one first
	Tags     []string        `toml:"tags"`   // slugs
	Audience string          `toml:"audience"`
	Music    string          `toml:"music"` // pluck, modern, dark, sweet, comic, epic
	Seed     int64           `toml:"seed"`
	EndMood  string          `toml:"end"` // the lamp of every last shot
	Cast     map[string]Role `toml:"cast"`
	Poster   Poster          `toml:"poster"`
	Episodes []Episode       `toml:"episode"`
}

// Poster says what a drama's key art shows: the set and the pair of one of its
// episodes, and how the two look at each other. What is empty follows from that
// episode.
type Poster struct {
	Of    int    `toml:"episode"` // from 1; 0 is the first
	Mood  string `toml:"mood"`
	Left  Acting `toml:"left"`
	Right Acting `toml:"right"`
}

// Episode is the index of the episode the poster shows.
func (p Poster) Episode() int { return max(0, p.Of-1) }

// Acting is the face and gesture of a side, 0 left and 1 right: the poster's
// own, or those of the side's first line, with the hands quiet.
func (p Poster) Acting(e Episode, side int) Acting {
	acting := [2]Acting{p.Left, p.Right}[side]
	for _, line := range e.Lines {
		if acting.Expression == "" && e.Side(line.Speaker) == side {
			acting.Expression = line.Expression
		}
	}
	if acting.Gesture == "" {
		acting.Gesture = "hold"
	}
	return acting
}

// Without takes a part of the costume away from a role.
const Without = "-"

// Role casts a member of the company; what is empty stays as in the company.
type Role struct {
	Base  string `toml:"base"`
	Name  Text   `toml:"name"`
	Hair  string `toml:"hair"`
	Hat   string `toml:"hat"`
	Extra string `toml:"extra"`
	Top   string `toml:"top"`
	Legs  string `toml:"legs"`
	Main  uint32 `toml:"main"` // leathers, 0xRRGGBB
	Trim  uint32 `toml:"trim"`
	Gold  uint32 `toml:"gold"`
	Voice string `toml:"voice"`
	Pitch int    `toml:"pitch"`
}

// Episode is one scene in one set. An empty Mood or Weather is the set's own.
type Episode struct {
	Number  int       `toml:"-"` // from 1
	Title   Text      `toml:"title"`
	Set     string    `toml:"set"`
	Mood    string    `toml:"mood"`
	Weather string    `toml:"weather"`
	Pair    [2]string `toml:"pair"` // the roles that stand left and right
	Lines   []Line    `toml:"lines"`
	Cliff   Cliff     `toml:"cliff"`
	Last    bool      `toml:"-"` // nothing follows
}

// Line is spoken by a role, with a face and a gesture.
type Line struct {
	Speaker    string
	Expression string
	Gesture    string
	Text       Text
}

// UnmarshalTOML reads ["A", "angry", "point", "中文", "English"].
func (l *Line) UnmarshalTOML(value any) error {
	return fields(value, &l.Speaker, &l.Expression, &l.Gesture, &l.Text.Zh, &l.Text.En)
}

// Cliff is the unanswered question an episode ends on, and the face that hears
// it.
type Cliff struct {
	Text       Text
	Face       string
	Expression string
}

// UnmarshalTOML reads ["中文", "English", "B", "shock"].
func (c *Cliff) UnmarshalTOML(value any) error {
	return fields(value, &c.Text.Zh, &c.Text.En, &c.Face, &c.Expression)
}

// fields spreads an array of strings.
func fields(value any, into ...*string) error {
	list, ok := value.([]any)
	if !ok || len(list) != len(into) {
		return fmt.Errorf("want an array of %d strings, got %v", len(into), value)
	}
	for i, item := range list {
		if *into[i], ok = item.(string); !ok || *into[i] == "" {
			return fmt.Errorf("want text as element %d of %v", i+1, list)
		}
	}
	return nil
}

// Hook is the line an episode opens on.
func (e Episode) Hook() Text { return e.Lines[0].Text }

// Side is 0 for the role on the left and 1 for the one on the right.
func (e Episode) Side(role string) int {
	if role == e.Pair[1] {
		return 1
	}
	return 0
}

//go:embed stories.toml
var repertoire string

var load = sync.OnceValues(func() ([]Drama, error) { return Parse(repertoire) })

// All is the repertoire. The slice and what it points to are shared: read only.
func All() ([]Drama, error) { return load() }

// Parse reads and checks dramas in TOML.
func Parse(text string) ([]Drama, error) {
	var file struct {
		Drama []Drama `toml:"drama"`
	}
	meta, err := toml.Decode(text, &file)
	if err != nil {
		return nil, fmt.Errorf("story: %w", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("story: unknown key %s", unknown[0])
	}
	keys := map[string]bool{}
	for i := range file.Drama {
		d := &file.Drama[i]
		d.complete()
		if err := d.check(); err != nil {
			return nil, fmt.Errorf("story %q: %w", d.Key, err)
		}
		if keys[d.Key] {
			return nil, fmt.Errorf("story %q: the key is taken", d.Key)
		}
		keys[d.Key] = true
	}
	return file.Drama, nil
}

// complete fills in what follows from the rest.
func (d *Drama) complete() {
	if d.EndMood == "" {
		d.EndMood = "blood"
	}
	for i := range d.Episodes {
		e := &d.Episodes[i]
		e.Number, e.Last = i+1, i == len(d.Episodes)-1
		if e.Pair == [2]string{} {
			e.Pair = [2]string{"A", "B"}
		}
	}
}

func (d *Drama) check() error {
	switch {
	case d.Key == "" || !d.Title.full() || !d.Logline.full():
		return fmt.Errorf("key, title and logline are needed in both languages")
	case len(d.Genres) == 0 || d.Audience == "":
		return fmt.Errorf("genres and audience are needed")
	case len(d.Episodes) == 0:
		return fmt.Errorf("there is no episode")
	}
	if d.Poster.Of < 0 || d.Poster.Of > len(d.Episodes) {
		return fmt.Errorf("the poster shows episode %d of %d", d.Poster.Of, len(d.Episodes))
	}
	for _, e := range d.Episodes {
		if err := d.checkEpisode(e); err != nil {
			return fmt.Errorf("episode %d: %w", e.Number, err)
		}
	}
	return nil
}

func (d *Drama) checkEpisode(e Episode) error {
	if !e.Title.full() || e.Set == "" {
		return fmt.Errorf("title and set are needed")
	}
	if len(e.Lines) == 0 {
		return fmt.Errorf("nobody speaks")
	}
	for _, role := range e.Pair {
		if _, cast := d.Cast[role]; !cast {
			return fmt.Errorf("role %q is not cast", role)
		}
	}
	on := func(role string) bool { return role == e.Pair[0] || role == e.Pair[1] }
	for _, l := range e.Lines {
		if !on(l.Speaker) {
			return fmt.Errorf("%q speaks but is not on stage", l.Speaker)
		}
	}
	if !on(e.Cliff.Face) {
		return fmt.Errorf("the cliff shows %q, who is not on stage", e.Cliff.Face)
	}
	return nil
}

func (t Text) full() bool { return t.Zh != "" && t.En != "" }
