package consent

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

//go:embed texts/*.md
var builtIn embed.FS

// Text is one version of what a viewer is told, in one language.
type Text struct {
	Matter  Matter
	Version string // the day from which it holds, 2026-12-01
	Locale  string
	Body    string // paragraphs, # headings and - lists; no other markup
}

// holdsFrom is when it begins to hold.
func (t Text) holdsFrom() time.Time {
	day, err := time.Parse(time.DateOnly, t.Version)
	if err != nil {
		panic("consent: a text without a day: " + err.Error()) // its name was checked
	}
	return day
}

// Texts are all versions, the earliest first.
type Texts struct{ all []Text }

// locales are the languages every version must be in.
var locales = []string{"zh-CN", "en"}

const longestText = 128 << 10

var textName = regexp.MustCompile(`^(terms|privacy)\.(\d{4}-\d{2}-\d{2})\.(zh-CN|en)\.md$`)

// DefaultTexts come with the product.
func DefaultTexts() Texts {
	files, err := fs.Sub(builtIn, "texts")
	if err == nil {
		var texts Texts
		if texts, err = ReadTexts(files); err == nil {
			return texts
		}
	}
	panic(err) // the files are embedded above and tested
}

// ReadTexts reads a folder of files such as terms.2026-12-01.zh-CN.md and says
// everything that is wrong with it.
func ReadTexts(folder fs.FS) (Texts, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return Texts{}, err
	}
	var texts Texts
	var errs []error
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".md") {
			continue
		}
		t, err := readText(folder, e.Name())
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", e.Name(), err))
			continue
		}
		texts.all = append(texts.all, t)
	}
	slices.SortFunc(texts.all, func(a, b Text) int {
		return cmp.Or(cmp.Compare(a.Matter, b.Matter), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Locale, b.Locale))
	})
	return texts, errors.Join(append(errs, texts.complete())...)
}

func readText(folder fs.FS, name string) (Text, error) {
	m := textName.FindStringSubmatch(name)
	if m == nil {
		return Text{}, errors.New("want a name such as terms.2026-12-01.zh-CN.md or privacy.2026-12-01.en.md")
	}
	if _, err := time.Parse(time.DateOnly, m[2]); err != nil {
		return Text{}, fmt.Errorf("%s is no day", m[2])
	}
	body, err := fs.ReadFile(folder, name)
	switch {
	case err != nil:
		return Text{}, err
	case len(body) > longestText:
		return Text{}, fmt.Errorf("has %d bytes, more than %d", len(body), longestText)
	case !utf8.Valid(body) || strings.TrimSpace(string(body)) == "":
		return Text{}, errors.New("want text in UTF-8")
	}
	return Text{Matter: Matter(m[1]), Version: m[2], Locale: m[3], Body: strings.TrimSpace(string(body)) + "\n"}, nil
}

// complete reports which matters have no text, and which versions lack a language.
func (t Texts) complete() error {
	var errs []error
	for _, what := range []Matter{Terms, Privacy} {
		versions := t.versions(what)
		if len(versions) == 0 {
			errs = append(errs, fmt.Errorf("%s: there is no text", what))
		}
		for _, v := range versions {
			for _, locale := range locales {
				if _, ok := t.find(what, v, locale); !ok {
					errs = append(errs, fmt.Errorf("%s.%s.%s.md: is missing", what, v, locale))
				}
			}
		}
	}
	return errors.Join(errs...)
}

func (t Texts) versions(what Matter) (out []string) {
	for _, text := range t.all {
		if text.Matter == what {
			out = append(out, text.Version)
		}
	}
	return slices.Compact(out)
}

func (t Texts) find(what Matter, version, locale string) (Text, bool) {
	i := slices.IndexFunc(t.all, func(x Text) bool { return x.Matter == what && x.Version == version && x.Locale == locale })
	if i < 0 {
		return Text{}, false
	}
	return t.all[i], true
}

// At is the version that holds at a moment: the latest that has begun, and the
// first before any has.
func (t Texts) At(what Matter, at time.Time) string {
	versions := t.versions(what)
	held := versions[0]
	for _, v := range versions {
		if v <= at.UTC().Format(time.DateOnly) {
			held = v
		}
	}
	return held
}

// comes reports the version after the one that holds at a moment, or "".
func (t Texts) comes(what Matter, at time.Time) string {
	held := t.At(what, at)
	for _, v := range t.versions(what) {
		if v > held {
			return v
		}
	}
	return ""
}
