package lexicon

import (
	"unicode"

	"golang.org/x/text/unicode/norm"

	"cliffhanger/internal/platform/hanzi"
)

// gap is what stood between a character and the one before it.
type gap uint8

const (
	joined gap = iota // nothing
	loose             // spaces, signs or a new line: people put them into words
	clause            // a comma or its like
	closed            // the end of a sentence, or more than maxLoose signs
)

// maxLoose is how many signs in a row still count as put into a word.
const maxLoose = 3

// unit is one character of a text, taken apart and made lower case.
type unit struct {
	r        rune
	kind     kind
	from, to int // bytes of the original
}

type kind uint8

const (
	letter kind = iota // or digit
	stand              // a sign that may stand for a letter
	sign
	space
)

// scan takes a text apart. What parts nothing is left out: accents, joiners, soft
// hyphens and apostrophes ("don't" is "dont").
func scan(text string) (out []unit) {
	var it norm.Iter
	it.InitString(norm.NFKD, text)
	for at := 0; !it.Done(); {
		segment := string(it.Next())
		end := it.Pos()
		for _, r := range segment {
			u := unit{alike(hanzi.Simplify(unicode.ToLower(r))), sign, at, end}
			switch {
			case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf), r == '\'', r == '’':
				continue
			case unicode.IsLetter(r), unicode.IsDigit(r):
				u.kind = letter
			case unicode.IsSpace(r):
				u.kind = space
			case isStand(r):
				u.kind = stand
			}
			out = append(out, u)
		}
		at = end
	}
	return out
}

// folded is a text brought into the form in which it is compared: letters and
// digits alone, lower case, one width, no accents, simplified characters, Latin
// letters for those that look like them.
type folded struct {
	runes    []rune
	read     []bool // the letter is what a digit or a sign stands for
	gaps     []gap  // before each rune; the first has closed
	from, to []int  // where each begins and ends in the original, bytes
	reads    bool   // something was read so
}

// fold brings units into the compared form. With reading, digits and signs in
// Latin words are taken for the letters they stand for.
func fold(units []unit, reading bool) (f folded) {
	last := -1 // the unit kept last
	for i, u := range units {
		is, ok := standsFor[u.r]
		read := reading && ok && (u.kind == letter || u.kind == stand) && inLatin(units, i)
		if u.kind != letter && !read {
			continue
		}
		g := closed
		if last >= 0 {
			g = gapOf(units[last+1 : i+1])
		}
		r := u.r
		if read {
			r, f.reads = is, true
		}
		if reading {
			r = skeleton(r)
		}
		f.runes, f.read, f.gaps = append(f.runes, r), append(f.read, read), append(f.gaps, g)
		f.from, f.to = append(f.from, u.from), append(f.to, u.to)
		last = i
	}
	return f
}

// gapOf judges the units before the last one.
func gapOf(units []unit) gap {
	g := joined
	if len(units)-1 > maxLoose {
		return closed
	}
	for i, u := range units[:len(units)-1] {
		next := loose
		switch u.r {
		case '。', '…', '\u2029':
			next = closed
		case '.', '?', '!', ';': // k.i.l.l is one word
			if units[i+1].kind == space || isHan(units[i+1].r) {
				next = closed
			}
		case ',', '、', ':', '，':
			next = clause
		}
		g = max(g, next)
	}
	return g
}

// inLatin tells whether unit i stands in a Latin word: a letter on either side for
// a digit, and on both for signs that also end sentences.
func inLatin(units []unit, i int) bool {
	at := func(step int) bool {
		for k := i + step; k >= 0 && k < len(units) && k-i <= 2 && i-k <= 2; k += step {
			switch {
			case isLatin(units[k].r):
				return true
			case units[k].kind == space, units[k].kind == letter && standsFor[units[k].r] == 0:
				return false
			}
		}
		return false
	}
	if r := units[i].r; r == '!' || r == '|' {
		return at(-1) && at(1)
	}
	return at(-1) || at(1)
}

// skeleton merges letters that one digit stands for: 1 is read as i and means l.
func skeleton(r rune) rune {
	if r == 'l' {
		return 'i'
	}
	return r
}

func isLatin(r rune) bool { return r >= 'a' && r <= 'z' }
func isHan(r rune) bool   { return unicode.Is(unicode.Han, r) }

// isStand tells the signs that stand for letters in Latin words.
func isStand(r rune) bool { return r == '@' || r == '$' || r == '!' || r == '|' || r == '€' }

var standsFor = map[rune]rune{
	'0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '9': 'g',
	'@': 'a', '$': 's', '!': 'i', '|': 'i', '€': 'e',
}

// alike answers the Latin letter that a Cyrillic or Greek one cannot be told from
// on a screen.
func alike(r rune) rune {
	if r < 0x0370 || r > 0x058F {
		switch r {
		case 'ı':
			return 'i'
		case 'ɑ':
			return 'a'
		case 'ɡ':
			return 'g'
		case '〇':
			return '零'
		}
		return r
	}
	if l, ok := looksLike[r]; ok {
		return l
	}
	return r
}

// looksLike follows the rows of Unicode's confusables.txt (UTS 39) for the lower
// case of Greek, Cyrillic and Armenian.
var looksLike = map[rune]rune{
	'α': 'a', 'ο': 'o', 'ρ': 'p', 'ν': 'v', 'υ': 'u', 'ι': 'i', 'κ': 'k', 'τ': 't', 'χ': 'x', 'γ': 'y', 'ε': 'e', 'ω': 'w', 'η': 'n', 'β': 'b',
	'а': 'a', 'е': 'e', 'о': 'o', 'р': 'p', 'с': 'c', 'у': 'y', 'х': 'x', 'і': 'i', 'ј': 'j', 'ѕ': 's', 'ԁ': 'd', 'һ': 'h', 'ԛ': 'q', 'ԝ': 'w',
	'к': 'k', 'м': 'm', 'т': 't', 'в': 'b', 'н': 'h', 'ѵ': 'v', 'ӏ': 'l', 'г': 'r', 'п': 'n',
	'օ': 'o', 'ս': 'u', 'հ': 'h', 'ո': 'n', 'ց': 'g',
}
