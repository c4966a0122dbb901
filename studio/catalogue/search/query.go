package search

import (
	"strings"
	"unicode/utf8"
)

// What a query may measure; the rest of a longer one is ignored.
const (
	longestQuery = 100 // characters
	mostTerms    = 8
)

// Query is what somebody looks for: folded terms that all have to be found. A
// term is one run of Chinese characters or one other word.
type Query struct {
	Terms []string
}

// Empty reports whether there is nothing to look for.
func (q Query) Empty() bool { return len(q.Terms) == 0 }

// Parse reads what somebody typed. Nothing in it is an operator.
func Parse(typed string) Query {
	if utf8.RuneCountInString(typed) > longestQuery {
		typed = string([]rune(typed)[:longestQuery])
	}
	var q Query
	for _, word := range strings.Fields(Fold(typed)) {
		q.Terms = append(q.Terms, scripts(word)...)
	}
	q.Terms = q.Terms[:min(len(q.Terms), mostTerms)]
	return q
}

// scripts parts a word where Chinese characters begin or end.
func scripts(word string) []string {
	var out []string
	start, han := 0, false
	for i, r := range word {
		if h := isHan(r); i > 0 && h != han {
			out = append(out, word[start:i])
			start = i
		}
		han = isHan(r)
	}
	return append(out, word[start:])
}

// Fields a term may be found in, the most telling first.
const (
	Title    = "title"
	People   = "people"
	Synopsis = "synopsis"
	Tag      = "tag"
)

// Where answers in which field the document matches the query best, and
// whether every term is found there literally or by its pinyin. Otherwise the
// document was found by likeness only.
func Where(d Doc, q Query) (field string, exact bool) {
	for _, f := range []struct {
		name   string
		words  []string
		spoken bool
	}{{Title, d.Titles, true}, {People, d.People, true}, {Tag, d.Tags, false}, {Synopsis, d.Synopses, false}} {
		text := Fold(strings.Join(f.words, " / "))
		if f.spoken {
			full, initials := spellings(Pinyin(text))
			text = strings.Join(append(append([]string{text}, full...), initials...), " ")
		}
		if containsAll(text, q.Terms) {
			return f.name, true
		}
	}
	return Title, containsAll(WordsOf(d).All, q.Terms)
}

func containsAll(text string, terms []string) bool {
	for _, t := range terms {
		if !strings.Contains(text, t) {
			return false
		}
	}
	return true
}

// Spell writes words in Latin letters: Chinese as pinyin, the rest folded.
func Spell(words string) string {
	var parts []string
	for _, term := range Parse(words).Terms {
		if runs := Pinyin(term); len(runs) > 0 {
			parts = append(parts, runs[0]...)
			continue
		}
		parts = append(parts, term)
	}
	return strings.Join(parts, " ")
}

// tokens answers what a folded text is indexed by: words, and pairs of
// neighbouring Chinese characters (a lone character stands for itself).
func tokens(folded string) []string {
	var out []string
	for _, word := range strings.Fields(folded) {
		for _, run := range scripts(word) {
			r := []rune(run)
			if !isHan(r[0]) || len(r) == 1 {
				out = append(out, run)
				continue
			}
			for i := range len(r) - 1 {
				out = append(out, string(r[i:i+2]))
			}
		}
	}
	return out
}

// characters answers each Chinese character of a folded text.
func characters(folded string) []string {
	var out []string
	for _, r := range folded {
		if isHan(r) {
			out = append(out, string(r))
		}
	}
	return out
}
