package lexicon

import (
	"cmp"
	"regexp"
	"slices"
)

// Hit is one entry found in a text.
type Hit struct {
	List, Version string // which list, and which version of it
	Entry         string // the entry's ID
	Code          string
	Severity      Severity
	From, To      int // bytes of the text: text[From:To]
}

// Matcher finds the entries of some lists. It is safe for concurrent use.
type Matcher struct {
	lists    []List
	plain    machine
	read     machine // over the skeletons, for text with digits and signs for letters
	patterns []pattern
}

// word is one literal in the machine.
type word struct {
	list, entry int
	except      bool
	runes       []rune
	gaps        []gap // expected before each rune; the first does not count
	han         bool  // holds a Chinese character
}

type pattern struct {
	list, entry int
	re          *regexp.Regexp
}

// maxHits bounds what is reported of one text: beyond it the answer is clear.
const maxHits = 10_000

// Compile makes a matcher of lists. Lists come from Parse; an entry that Parse
// would refuse is refused here too.
func Compile(lists ...List) (*Matcher, error) {
	m := &Matcher{lists: lists}
	for li, l := range lists {
		for ei, e := range l.Entries {
			if says := e.problems(); len(says) > 0 {
				return nil, Problem{0, l.Name + ", " + e.ID + ": " + says[0]}
			}
			for _, t := range e.Texts {
				m.add(t, li, ei, false)
			}
			for _, t := range e.Except {
				m.add(t, li, ei, true)
			}
			if e.Pattern != "" {
				re, err := compilePattern(e.Pattern)
				if err != nil {
					return nil, err
				}
				m.patterns = append(m.patterns, pattern{li, ei, re})
			}
		}
	}
	m.plain.build()
	m.read.build()
	return m, nil
}

func (m *Matcher) add(text string, list, entry int, except bool) {
	units := scan(text)
	for _, reading := range []bool{false, true} {
		f := fold(units, reading)
		w := word{list: list, entry: entry, except: except, runes: f.runes, gaps: f.gaps, han: slices.ContainsFunc(f.runes, isHan)}
		switch {
		case !reading:
			m.plain.add(w)
		case !w.han:
			m.read.add(w)
		}
	}
}

// Find answers every entry in text, in the order of the text; an entry that
// overlaps itself counts once.
func (m *Matcher) Find(text string) []Hit {
	units := scan(text)
	plain := fold(units, false)
	found := m.plain.find(plain, nil)
	if f := fold(units, true); f.reads {
		found = append(found, m.read.find(f, func(from, to int) bool { return slices.Contains(f.read[from:to], true) })...)
	}
	found = append(found, m.byPattern(plain)...)
	return m.hits(found)
}

// find is one occurrence, in bytes of the original.
type find struct {
	list, entry int
	except      bool
	from, to    int
}

func (m *Matcher) byPattern(f folded) (out []find) {
	if len(m.patterns) == 0 {
		return nil
	}
	// The text as patterns see it, and which rune each byte belongs to.
	var text []byte
	var of []int
	for i, r := range f.runes {
		if i > 0 && f.gaps[i] != joined {
			sep := byte(' ')
			if f.gaps[i] == closed {
				sep = '\n'
			}
			text, of = append(text, sep), append(of, i)
		}
		for range len(string(r)) {
			of = append(of, i)
		}
		text = append(text, string(r)...)
	}
	for _, p := range m.patterns {
		for _, at := range p.re.FindAllIndex(text, maxHits) {
			from, to := of[at[0]], of[at[1]-1]
			out = append(out, find{p.list, p.entry, false, f.from[from], f.to[to]})
		}
	}
	return out
}

func (m *Matcher) hits(found []find) (out []Hit) {
	slices.SortFunc(found, func(a, b find) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to), cmp.Compare(a.list, b.list), cmp.Compare(a.entry, b.entry))
	})
	type key struct{ list, entry int }
	excused := map[key]int{} // where the last exception of an entry ends
	last := map[key]int{}
	for _, f := range found {
		k := key{f.list, f.entry}
		if f.except {
			excused[k] = max(excused[k], f.to)
			continue
		}
		if f.to <= excused[k] || f.from < last[k] || len(out) == maxHits {
			continue
		}
		last[k] = f.to
		l := m.lists[f.list]
		e := l.Entries[f.entry]
		out = append(out, Hit{l.Name, l.Version, e.ID, e.Code, e.Severity, f.from, f.to})
	}
	return out
}

// machine is Aho and Corasick's: one pass over the text for all words at once.
type machine struct {
	words []word
	nodes []node
}

type node struct {
	next map[rune]int32
	fail int32
	out  []int32 // words that end here
	link int32   // the next shorter suffix at which a word ends, or 0
}

func (m *machine) add(w word) {
	if m.nodes == nil {
		m.nodes = []node{{}}
	}
	at := int32(0)
	for _, r := range w.runes {
		to, ok := m.nodes[at].next[r]
		if !ok {
			if m.nodes[at].next == nil {
				m.nodes[at].next = map[rune]int32{}
			}
			to = int32(len(m.nodes))
			m.nodes = append(m.nodes, node{})
			m.nodes[at].next[r] = to
		}
		at = to
	}
	m.nodes[at].out = append(m.nodes[at].out, int32(len(m.words)))
	m.words = append(m.words, w)
}

func (m *machine) build() {
	if m.nodes == nil {
		return
	}
	queue := []int32{}
	for _, to := range m.nodes[0].next {
		queue = append(queue, to)
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for r, to := range m.nodes[at].next {
			fail := m.step(m.nodes[at].fail, r)
			m.nodes[to].fail = fail
			m.nodes[to].link = fail
			if len(m.nodes[fail].out) == 0 {
				m.nodes[to].link = m.nodes[fail].link
			}
			queue = append(queue, to)
		}
	}
}

func (m *machine) step(at int32, r rune) int32 {
	for {
		if to, ok := m.nodes[at].next[r]; ok {
			return to
		}
		if at == 0 {
			return 0
		}
		at = m.nodes[at].fail
	}
}

// find walks the text once. At each character at most maxText words can end.
func (m *machine) find(f folded, also func(from, to int) bool) (out []find) {
	if m.nodes == nil {
		return nil
	}
	at := int32(0)
	for i, r := range f.runes {
		at = m.step(at, r)
		for n := at; n != 0; n = m.nodes[n].link {
			for _, w := range m.nodes[n].out {
				word := m.words[w]
				from := i + 1 - len(word.runes)
				if word.fits(f, from) && (also == nil || also(from, i+1)) {
					out = append(out, find{word.list, word.entry, word.except, f.from[from], f.to[i]})
				}
			}
			if len(out) > 4*maxHits {
				return out
			}
		}
	}
	return out
}

// fits judges what stands between the characters found and around them.
func (w word) fits(f folded, from int) bool {
	to := from + len(w.runes)
	// A Latin word is whole; Chinese knows no spaces.
	if isLatin(w.runes[0]) && from > 0 && f.gaps[from] == joined && isLatin(f.runes[from-1]) {
		return false
	}
	if isLatin(w.runes[len(w.runes)-1]) && to < len(f.runes) && f.gaps[to] == joined && isLatin(f.runes[to]) {
		return false
	}
	put := 0 // gaps where the word has none, between Latin letters
	places := 0
	for k := 1; k < len(w.runes); k++ {
		g := f.gaps[from+k]
		if g == closed || g == clause && len(w.runes) < 3 {
			return false
		}
		if w.gaps[k] == joined && isLatin(w.runes[k]) && isLatin(w.runes[k-1]) {
			places++
			if g != joined {
				put++
			}
		}
	}
	// "k i l l" is spaced out, "an us" is two words: all or none. Around a
	// spaced-out word no other lone letter may stand, or "a b c" would hold words.
	if put == 0 {
		return true
	}
	return put == places && places > 1 && !lone(f, from-1) && !lone(f, to)
}

// lone tells whether a Latin letter stands by itself at i.
func lone(f folded, i int) bool {
	if i < 0 || i >= len(f.runes) || !isLatin(f.runes[i]) {
		return false
	}
	return f.gaps[i] != joined && (i+1 == len(f.runes) || f.gaps[i+1] != joined)
}
