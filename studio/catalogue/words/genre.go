package words

import (
	_ "embed"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"

	"github.com/BurntSushi/toml"

	"cliffhanger/internal/kernel/fault"
)

var slugShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+){0,15}$`)

//go:embed genres.toml
var genresFile string

// Genre is one of the platform's kinds of story.
type Genre struct {
	Slug string `toml:"slug"` // as in addresses: "time-travel"
	Name Text   `toml:"name"`
}

// Genres is the list of genres, in the order shelves show them.
type Genres []Genre

// Has reports whether slug is one of the genres.
func (g Genres) Has(slug string) bool {
	return slices.ContainsFunc(g, func(x Genre) bool { return x.Slug == slug })
}

// Name answers the genre's name in a language; an unknown slug is its own name.
func (g Genres) Name(slug, locale string) string {
	for _, x := range g {
		if x.Slug == slug {
			return x.Name.In(locale, "en")
		}
	}
	return slug
}

// mostGenres bounds how many genres a drama has.
const mostGenres = 5

// Clean answers the slugs without those that are there already.
func (g Genres) Clean(slugs []string, path string, fields *[]fault.Field) []string {
	out := []string{}
	for i, slug := range slugs {
		switch {
		case !g.Has(slug):
			*fields = append(*fields, fault.Field{Path: path + "[" + strconv.Itoa(i) + "]", Code: "genre_unknown", Msg: "is not a genre of this platform"})
		case !slices.Contains(out, slug):
			out = append(out, slug)
		}
	}
	if len(out) > mostGenres {
		*fields = append(*fields, fault.Field{Path: path, Code: "too_many", Msg: "has more than 5 genres"})
	}
	return out
}

// LoadGenres reads the genres of the house and, when more is a path, those of
// the operator's file, which may also rename the house's.
func LoadGenres(more string) (Genres, error) {
	genres, err := parseGenres(nil, genresFile)
	if err != nil || more == "" {
		return genres, err
	}
	text, err := os.ReadFile(more)
	if err != nil {
		return nil, fmt.Errorf("genres: %w", err)
	}
	if genres, err = parseGenres(genres, string(text)); err != nil {
		return nil, fmt.Errorf("genres of %s: %w", more, err)
	}
	return genres, nil
}

func parseGenres(known Genres, text string) (Genres, error) {
	var file struct {
		Dated any     `toml:"dated"`
		Genre []Genre `toml:"genre"`
	}
	if _, err := toml.Decode(text, &file); err != nil {
		return nil, err
	}
	out := slices.Clone(known)
	for _, g := range file.Genre {
		if !slugShape.MatchString(g.Slug) || g.Name.In("en") == "" {
			return nil, fmt.Errorf("genre %q needs a slug of lower-case words joined by hyphens and a name", g.Slug)
		}
		if i := slices.IndexFunc(out, func(x Genre) bool { return x.Slug == g.Slug }); i >= 0 {
			out[i] = g
			continue
		}
		out = append(out, g)
	}
	return out, nil
}
