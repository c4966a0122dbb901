package checks

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cliffhanger/trust/review/lexicon"
)

// Where is where a text stands.
type Where string

// The places.
const (
	Title    Where = "title"
	Synopsis Where = "synopsis"
	Subtitle Where = "subtitle"
	Picture  Where = "picture"
	File     Where = "file" // what the file says of itself
	Form     Where = "form" // what its producer declared
)

// Text is one text of a version.
type Text struct {
	Where    Where
	Language string        // of titles, synopses and subtitles; may be empty
	Episode  int           // its number; 0: the drama
	From, To time.Duration // in the episode; both zero outside
	Text     string
	Sure     float64 // 0 to 1: how surely it was read; 1 for text that was written
}

// Finding is something people must look at.
type Finding struct {
	Check    string // words, made, ratings, quality
	Rule     string // which rule of it: list/entry for words
	Version  string // of the rule
	Code     string // of the table of red lines
	Severity lexicon.Severity
	Where    Where
	Language string
	Episode  int
	From, To time.Duration
	Score    float64 // 0 to 1
	Excerpt  string  // what was found, at most longestExcerpt characters of the text around it
}

const longestExcerpt = 80

// Key names a finding within its version, so that one that was answered is known
// again when the checks are repeated. A newer version of the rule keeps the key:
// the answer was to the place, not to the list's number.
func (f Finding) Key() string {
	h := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%d\n%d", f.Check, f.Rule, f.Where, f.Language, f.Episode, f.From.Milliseconds()))
	return hex.EncodeToString(h[:16])
}

// together is how far apart two sightings of one word may be to count as one:
// frames are half a second apart, and a line may be lost on some of them.
const together = 2 * time.Second

// Words looks for listed words.
func Words(m *lexicon.Matcher, texts []Text) []Finding {
	var all []Finding
	for _, t := range texts {
		for _, h := range m.Find(t.Text) {
			all = append(all, Finding{
				Check: "words", Rule: h.List + "/" + h.Entry, Version: h.Version, Code: h.Code, Severity: h.Severity,
				Where: t.Where, Language: t.Language, Episode: t.Episode, From: t.From, To: t.To, Score: min(1, max(0, t.Sure)),
				Excerpt: excerpt(t.Text, h.From, h.To),
			})
		}
	}
	return merge(all)
}

// merge makes one finding of those of one rule at one place and moment. Words that
// were written are the same moment only where their times meet.
func merge(all []Finding) (out []Finding) {
	slices.SortFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Where, b.Where), cmp.Compare(a.Language, b.Language), cmp.Compare(a.Episode, b.Episode),
			cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(b.Score, a.Score), cmp.Compare(a.Excerpt, b.Excerpt))
	})
	for _, f := range all {
		if n := len(out); n > 0 {
			last := &out[n-1]
			near := last.To
			if f.Where == Picture {
				near += together
			}
			if last.Rule == f.Rule && last.Where == f.Where && last.Language == f.Language && last.Episode == f.Episode && f.From <= near {
				last.To = max(last.To, f.To)
				if f.Score > last.Score {
					last.Score, last.Excerpt = f.Score, f.Excerpt
				}
				continue
			}
		}
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Episode, b.Episode), cmp.Compare(a.From, b.From), cmp.Compare(a.Severity, b.Severity))
	})
	return out
}

// excerpt is the found text with what stands around it.
func excerpt(text string, from, to int) string {
	left := longestExcerpt - utf8.RuneCountInString(text[from:to])
	if left <= 0 {
		return string([]rune(text[from:to])[:longestExcerpt])
	}
	for side := 0; left > 0 && (from > 0 || to < len(text)); side++ {
		switch {
		case side%2 == 0 && from > 0:
			_, n := utf8.DecodeLastRuneInString(text[:from])
			from -= n
			left--
		case side%2 == 1 && to < len(text):
			_, n := utf8.DecodeRuneInString(text[to:])
			to += n
			left--
		}
	}
	return strings.Join(strings.Fields(text[from:to]), " ")
}

// Made is what an episode's file and its producer say of machine-made content.
type Made struct {
	Episode  int
	Declared bool   // by the producer: some of it was made by a machine
	Carried  bool   // the file carries the mark
	Label    string // the mark's Label: "1" is, "2" may be, "3" is suspected
}

// madeVersion is the version of the rules of Labels.
const madeVersion = "2025-09-01" // when GB 45438-2025 came into force

// Labels compares what files carry with what was declared.
func Labels(episodes []Made) (out []Finding) {
	say := func(m Made, rule string, s lexicon.Severity, where Where, says string) {
		out = append(out, Finding{Check: "made", Rule: rule, Version: madeVersion, Code: "ai-label", Severity: s, Where: where, Episode: m.Episode, Score: 1, Excerpt: says})
	}
	for _, m := range episodes {
		switch {
		case m.Carried && !m.Declared:
			say(m, "carried-undeclared", lexicon.Ban, File, "The file is marked as made by a machine (Label "+m.Label+"); its producer declared nothing.")
		case m.Declared && !m.Carried:
			say(m, "declared-unmarked", lexicon.Label, Form, "Its producer declared machine-made content; the file carries no mark.")
		case m.Carried && !slices.Contains([]string{"1", "2", "3"}, m.Label):
			say(m, "label-unknown", lexicon.Cut, File, "The file's mark has no label of the standard.")
		}
	}
	return out
}
