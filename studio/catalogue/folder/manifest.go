package folder

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"cliffhanger/internal/kernel/fault"
)

// File is the name of the manifest in its folder.
const File = "drama.toml"

// MaxBytes is the largest manifest that is read.
const MaxBytes = 1 << 20

// Schema is the version of the form.
const Schema = 1

// Manifest is drama.toml.
type Manifest struct {
	Schema           int               `toml:"schema"`
	Key              string            `toml:"key"`
	OriginalLanguage string            `toml:"original_language"`
	Genres           []string          `toml:"genres"`
	Tags             []string          `toml:"tags"`
	Audience         string            `toml:"audience"`
	Year             int               `toml:"year"`
	Release          string            `toml:"release"`
	Credit           string            `toml:"credit"`
	Title            map[string]string `toml:"title"`
	Synopsis         map[string]string `toml:"synopsis,omitempty"`
	People           []Person          `toml:"people,omitempty"`
	Markets          []Market          `toml:"markets,omitempty"`
	Episodes         []Episode         `toml:"episodes,omitempty"`
	Posters          Posters           `toml:"posters,omitempty"`
}

// Person took part in the making.
type Person struct {
	Role string            `toml:"role"`
	Name map[string]string `toml:"name"`
}

// Market is a market that does not follow the release at home.
type Market struct {
	Market   string `toml:"market"`
	Release  string `toml:"release"`
	TimeZone string `toml:"time_zone,omitempty"`
}

// Episode names the files of one episode.
type Episode struct {
	Number    int               `toml:"number"`
	File      string            `toml:"file,omitempty"`
	ReleaseAt time.Time         `toml:"release_at,omitzero"` // at home; zero: by the plan
	Title     map[string]string `toml:"title,omitempty"`
	Subtitles map[string]string `toml:"subtitles,omitempty"` // path by language
}

// Posters are paths of pictures: those of the original language, and by language.
type Posters struct {
	Portrait   string            `toml:"portrait,omitempty"`
	Landscape  string            `toml:"landscape,omitempty"`
	Portraits  map[string]string `toml:"portraits,omitempty"`
	Landscapes map[string]string `toml:"landscapes,omitempty"`
}

// Faults of manifests, all Invalid.
var (
	ErrUnreadable = fault.New(fault.Invalid, "catalogue.manifest_unreadable", "drama.toml cannot be read.")
	ErrTooLarge   = fault.New(fault.Invalid, "catalogue.manifest_too_large", "drama.toml is larger than 1 MB.")
	ErrSchema     = fault.New(fault.Invalid, "catalogue.manifest_schema", "drama.toml is of a form this version does not know; it should say schema = 1.")
	ErrTwice      = fault.New(fault.Invalid, "catalogue.manifest_episode_twice", "drama.toml names an episode number twice.")
	ErrPath       = fault.New(fault.Invalid, "catalogue.path_outside", "A path has to be relative and stay inside the folder.")
	ErrNothing    = fault.New(fault.Invalid, "catalogue.folder_empty", "The folder has neither drama.toml nor video files.")
)

// Parse reads a manifest. ignored are the keys that mean nothing here.
func Parse(text []byte) (m Manifest, ignored []string, err error) {
	switch {
	case len(text) > MaxBytes:
		return Manifest{}, nil, ErrTooLarge
	case !utf8.Valid(text):
		return Manifest{}, nil, ErrUnreadable.With(fault.Field{Path: File, Code: "encoding", Msg: "is not UTF-8"})
	}
	meta, err := toml.Decode(strings.TrimPrefix(string(text), "\uFEFF"), &m)
	if err != nil {
		return Manifest{}, nil, ErrUnreadable.Because(err).With(fault.Field{Path: File, Code: "syntax", Msg: firstLine(err.Error())})
	}
	if m.Schema != Schema {
		return Manifest{}, nil, ErrSchema
	}
	for _, k := range meta.Undecoded() {
		ignored = append(ignored, k.String())
	}
	seen := map[int]bool{}
	for _, e := range m.Episodes {
		if seen[e.Number] {
			return Manifest{}, nil, ErrTwice.With(fault.Field{Path: fmt.Sprintf("episodes[%d]", e.Number), Code: "twice", Msg: "is named twice"})
		}
		seen[e.Number] = true
	}
	slices.SortStableFunc(m.Episodes, func(a, b Episode) int { return a.Number - b.Number })
	return m, ignored, nil
}

// Format writes a manifest as Parse reads it.
func Format(m Manifest) ([]byte, error) {
	m.Schema = Schema
	var b bytes.Buffer
	enc := toml.NewEncoder(&b)
	enc.Indent = ""
	if err := enc.Encode(m); err != nil {
		return nil, fmt.Errorf("write %s: %w", File, err)
	}
	return b.Bytes(), nil
}

// Inside reports whether a path names something within the folder.
func Inside(path string) bool {
	return fs.ValidPath(path) && path != "." && !strings.ContainsAny(path, "\\\x00:")
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimPrefix(s, "toml: "), "\n")
	if r := []rune(s); len(r) > 200 {
		s = string(r[:200])
	}
	return s
}
