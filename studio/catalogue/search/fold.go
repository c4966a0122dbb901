package search

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"

	"cliffhanger/internal/platform/hanzi"
)

// Fold brings words into the form in which they are compared: lower case, one
// width, no accents, simplified characters; everything that is neither letter
// nor digit becomes a single space.
func Fold(s string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, " ")) {
		switch {
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
			continue // "don't" is found as "dont"
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			space = b.Len() > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(hanzi.Simplify(unicode.ToLower(r)))
	}
	return norm.NFC.String(b.String())
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// Pinyin answers the syllables of the Chinese characters of folded words, one
// run of characters at a time, without tones: "雨夜 ok 归来" is
// [[yu ye] [gui lai]].
func Pinyin(folded string) [][]string {
	args := pinyin.NewArgs()
	var runs [][]string
	var run []string
	for _, r := range folded + " " {
		if isHan(r) {
			if s := pinyin.SinglePinyin(r, args); len(s) > 0 {
				run = append(run, s[0])
			}
			continue
		}
		if len(run) > 0 {
			runs = append(runs, run)
			run = nil
		}
	}
	return runs
}

// spellings answers for each place in the runs where a reader may begin to
// type: the syllables from there joined, and their initials joined.
func spellings(runs [][]string) (full, initials []string) {
	for _, run := range runs {
		for i := range run {
			rest := run[i:min(i+longestSpelling, len(run))]
			var in strings.Builder
			for _, s := range rest {
				in.WriteByte(s[0])
			}
			full = append(full, strings.Join(rest, ""))
			initials = append(initials, in.String())
		}
	}
	return full, initials
}

// longestSpelling bounds how many characters one spelling covers.
const longestSpelling = 12

// Words are a document's folded words as SQL compares them.
type Words struct {
	Title string // titles in all languages
	All   string // titles, people, tags and synopses, then the pinyin of titles and people
}

// WordsOf folds a document for SQL.
func WordsOf(d Doc) Words {
	title := Fold(strings.Join(d.Titles, " / "))
	people := Fold(strings.Join(d.People, " / "))
	full, initials := spellings(Pinyin(title + " " + people))
	parts := []string{title, people, Fold(strings.Join(d.Tags, " / ")), Fold(strings.Join(d.Synopses, " / "))}
	parts = append(append(parts, full...), initials...)
	return Words{Title: title, All: strings.Join(parts, " ")}
}

// Doc is what search knows of a drama, in all languages at once.
type Doc struct {
	ID       string
	Titles   []string
	People   []string
	Tags     []string // and names of genres
	Synopses []string
}
