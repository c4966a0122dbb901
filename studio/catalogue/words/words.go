package words

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"cliffhanger/internal/kernel/fault"
)

// Text is the same words in several languages, keyed by BCP 47 tag: "zh-CN".
type Text map[string]string

// In answers the words a reader of the wanted languages is given.
func (t Text) In(wanted ...string) string { return Choose(t, wanted...) }

// Choose answers what there is in the first of the wanted languages that has any,
// then in a language that shares the wanted one's base ("zh-TW" for "zh-CN"),
// then in any, the alphabetically first. Pass the reader's language, then the
// original one. The zero value counts as nothing.
func Choose[V comparable](m map[string]V, wanted ...string) (none V) {
	if len(m) == 0 {
		return none
	}
	for _, w := range wanted {
		if v := m[w]; v != none {
			return v
		}
		for _, tag := range slices.Sorted(maps.Keys(m)) {
			if base(tag) == base(w) && m[tag] != none {
				return m[tag]
			}
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(m)) {
		if m[tag] != none {
			return m[tag]
		}
	}
	return none
}

func base(tag string) string {
	b, _, _ := strings.Cut(tag, "-")
	return b
}

// MostLanguages bounds how many languages one thing may be had in.
const MostLanguages = 40

// Clean answers t with canonical tags and tidy words; empty ones are left
// out. What is wrong is added to fields under path.
func Clean(t Text, path string, most int, lines bool, fields *[]fault.Field) Text {
	if len(t) > MostLanguages {
		*fields = append(*fields, fault.Field{Path: path, Code: "too_many", Msg: "has more than 40 languages"})
		return nil
	}
	out := Text{}
	for _, tag := range slices.Sorted(maps.Keys(t)) {
		canonical, ok := Tag(tag)
		if !ok {
			*fields = append(*fields, fault.Field{Path: path + "." + Clip(tag), Code: "language_unknown", Msg: "is not a language tag such as zh-CN or en"})
			continue
		}
		if s := Line(t[tag], path+"."+canonical, most, lines, fields); s != "" {
			out[canonical] = s
		}
	}
	return out
}

// Line tidies one string: NFC, no surrounding space, no control or
// direction-override characters; line breaks only where lines is true.
func Line(s, path string, most int, lines bool, fields *[]fault.Field) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, ""))
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && lines:
			return r
		case r == '\n', r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\uFEFF':
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if n := len([]rune(s)); n > most {
		*fields = append(*fields, fault.Field{Path: path, Code: "too_long", Msg: "is longer than allowed"})
		return ""
	}
	return s
}

// Tag answers the canonical form of a BCP 47 tag.
func Tag(s string) (string, bool) {
	if s == "" || len(s) > 35 {
		return "", false
	}
	t, err := language.Parse(s)
	if err != nil || t == language.Und {
		return "", false
	}
	return t.String(), true
}

// Limits of a drama's tags; the length is in characters.
const (
	mostTags   = 20
	longestTag = 40
)

// Tags tidies a drama's tags and leaves out what is empty or there already.
func Tags(in []string, path string, fields *[]fault.Field) []string {
	out := []string{}
	if len(in) > mostTags {
		*fields = append(*fields, fault.Field{Path: path, Code: "too_many", Msg: "has more than 20 tags"})
		return out
	}
	for i, t := range in {
		t = Line(t, path+"["+strconv.Itoa(i)+"]", longestTag, false, fields)
		if t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// Clip shortens what a stranger typed for a message about it.
func Clip(s string) string {
	if r := []rune(strings.ToValidUTF8(s, "")); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// Shared counts the words of a that are in b.
func Shared(a, b []string) (n int) {
	for _, x := range a {
		if slices.Contains(b, x) {
			n++
		}
	}
	return n
}
