package lexicon

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// Severity is how grave a line is, from compliance's table of red lines.
type Severity string

// The severities: illegal, banned, to be cut, to be labelled.
const (
	Illegal Severity = "S0"
	Ban     Severity = "S1"
	Cut     Severity = "S2"
	Label   Severity = "S3"
)

// Severities are all there are, the gravest first.
var Severities = []Severity{Illegal, Ban, Cut, Label}

// Grave reports whether what was found keeps a work from being shown.
func (s Severity) Grave() bool { return s == Illegal || s == Ban }

// List is one version of a lexicon.
type List struct {
	Name      string
	Language  string // BCP 47
	Version   string
	From      time.Time // in force since, a UTC day
	Authority string
	Source    string // where the list or its rows come from
	Hash      string // SHA-256 of the file
	Entries   []Entry
}

// Entry is one line of a list. It has literals or one pattern.
type Entry struct {
	ID       string // unique in the list
	Code     string // of the table of red lines
	Severity Severity
	Texts    []string
	Pattern  string   // RE2, over folded text: one space where anything stood between characters
	Except   []string // a hit inside one of these is none
	Note     string
}

// What a list may hold. The bounds keep a hostile file from costing more than a
// large honest one.
const (
	MaxSize      = 1 << 20 // bytes of a file
	maxEntries   = 20_000
	maxText      = 64 // characters of a literal
	maxPatterns  = 100
	maxPattern   = 200 // bytes
	maxProgram   = 2_000
	patternReach = 64 // characters a pattern may span
)

// Problem is one thing wrong with a file. Line is 0 for the file as a whole.
type Problem struct {
	Line int    `json:"line"`
	Says string `json:"says"`
}

func (p Problem) Error() string {
	if p.Line == 0 {
		return p.Says
	}
	return fmt.Sprintf("line %d: %s", p.Line, p.Says)
}

type listFile struct {
	Name, Language, Version, From, Authority, Source string
	Entry                                            []entryFile
}

type entryFile struct {
	ID, Code, Severity, Pattern, Note string
	Text, Except                      []string
}

var (
	nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,63}$`)
	lineForm = regexp.MustCompile(`^\s*\[\[\s*entry\s*\]\]`)
)

// Parse reads a list's file and says everything that is wrong with it.
func Parse(text string) (List, error) {
	if len(text) > MaxSize {
		return List{}, Problem{0, fmt.Sprintf("the file has %d bytes, more than %d", len(text), MaxSize)}
	}
	if !utf8.ValidString(text) {
		return List{}, Problem{0, "the file is not UTF-8"}
	}
	var file listFile
	meta, err := toml.Decode(text, &file)
	if err != nil {
		if p := (toml.ParseError{}); errors.As(err, &p) {
			return List{}, Problem{p.Position.Line, p.Message}
		}
		return List{}, Problem{0, err.Error()}
	}
	var bad []error
	wrong := func(line int, format string, args ...any) {
		if len(bad) < 50 {
			bad = append(bad, Problem{line, fmt.Sprintf(format, args...)})
		}
	}
	for _, key := range meta.Undecoded() {
		wrong(0, "%s: there is no such key", key)
	}
	sum := sha256.Sum256([]byte(text))
	l := List{
		Name: file.Name, Language: file.Language, Version: file.Version, Authority: file.Authority, Source: file.Source,
		Hash: hex.EncodeToString(sum[:]),
	}
	if !nameForm.MatchString(l.Name) {
		wrong(0, "name: small letters, digits, points and hyphens, at most 64")
	}
	for _, k := range []struct{ key, value string }{{"language", l.Language}, {"version", l.Version}, {"authority", l.Authority}, {"source", l.Source}} {
		if strings.TrimSpace(k.value) == "" {
			wrong(0, "%s: must be given", k.key)
		}
	}
	if l.From, err = time.Parse(time.DateOnly, file.From); err != nil {
		wrong(0, "from: a day such as 2026-11-28")
	}
	if len(file.Entry) == 0 || len(file.Entry) > maxEntries {
		wrong(0, "entry: between one and %d, found %d", maxEntries, len(file.Entry))
		return List{}, errors.Join(bad...)
	}
	lines := linesOf(text, len(file.Entry))
	seen, patterns := map[string]bool{}, 0
	for i, e := range file.Entry {
		line := lines[i]
		entry := Entry{ID: e.ID, Code: e.Code, Severity: Severity(e.Severity), Texts: e.Text, Pattern: e.Pattern, Except: e.Except, Note: e.Note}
		if e.Pattern != "" {
			patterns++
		}
		switch {
		case !nameForm.MatchString(e.ID):
			wrong(line, "id: small letters, digits, points and hyphens, at most 64")
		case seen[e.ID]:
			wrong(line, "id: %s is there twice", e.ID)
		case patterns > maxPatterns:
			wrong(line, "pattern: a list holds at most %d", maxPatterns)
		}
		seen[e.ID] = true
		for _, says := range entry.problems() {
			wrong(line, "%s: %s", clip(e.ID), says)
		}
		l.Entries = append(l.Entries, entry)
	}
	if len(bad) > 0 {
		return List{}, errors.Join(bad...)
	}
	return l, nil
}

// linesOf answers the line where each entry begins, or 0.
func linesOf(text string, n int) []int {
	out := make([]int, 0, n)
	for i, line := range strings.Split(text, "\n") {
		if lineForm.MatchString(line) {
			out = append(out, i+1)
		}
	}
	if len(out) != n { // entries written as inline tables
		return make([]int, n)
	}
	return out
}

func (e Entry) problems() (out []string) {
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if !nameForm.MatchString(e.Code) {
		say("code: small letters, digits, points and hyphens, at most 64")
	}
	if !slices.Contains(Severities, e.Severity) {
		say("severity: one of S0, S1, S2, S3")
	}
	if (len(e.Texts) == 0) == (e.Pattern == "") {
		say("an entry has text or one pattern")
	}
	for _, t := range append(slices.Clone(e.Texts), e.Except...) {
		n := len(fold(scan(t), false).runes)
		switch {
		case n < 2:
			say("%q: fewer than two letters would be found everywhere", clip(t))
		case n > maxText:
			say("%q: more than %d letters", clip(t), maxText)
		}
	}
	if e.Pattern != "" {
		if _, err := compilePattern(e.Pattern); err != nil {
			say("pattern: %v", err)
		}
	}
	return out
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// compilePattern takes a pattern that is sure to end early: nothing repeats
// without an end, nothing matches the empty text, and no match is longer than
// patternReach characters. Go's matcher is linear in the text by itself.
func compilePattern(text string) (*regexp.Regexp, error) {
	if len(text) > maxPattern {
		return nil, fmt.Errorf("longer than %d bytes", maxPattern)
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("not a pattern of RE2 (no look-around, no back references): %w", err)
	}
	least, most, err := reach(tree)
	switch {
	case err != nil:
		return nil, err
	case least < 2:
		return nil, errors.New("must ask for at least two characters")
	case most > patternReach:
		return nil, fmt.Errorf("may span %d characters, more than %d", most, patternReach)
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, err
	}
	if len(prog.Inst) > maxProgram {
		return nil, fmt.Errorf("compiles to %d steps, more than %d", len(prog.Inst), maxProgram)
	}
	return regexp.Compile(text)
}

// reach answers the least and the largest number of characters of a match.
func reach(t *syntax.Regexp) (least, most int, err error) {
	switch t.Op {
	case syntax.OpStar, syntax.OpPlus:
		return 0, 0, errors.New("repeats without an end: write {0,20} for * and {1,20} for +")
	case syntax.OpLiteral:
		return len(t.Rune), len(t.Rune), nil
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1, 1, nil
	case syntax.OpQuest:
		_, most, err = reach(t.Sub[0])
		return 0, most, err
	case syntax.OpCapture:
		return reach(t.Sub[0])
	case syntax.OpRepeat:
		if t.Max < 0 {
			return 0, 0, errors.New("repeats without an end: give the largest number too")
		}
		least, most, err = reach(t.Sub[0])
		return least * t.Min, most * t.Max, err
	case syntax.OpConcat, syntax.OpAlternate:
		for i, sub := range t.Sub {
			a, b, err := reach(sub)
			switch {
			case err != nil:
				return 0, 0, err
			case t.Op == syntax.OpConcat:
				least, most = least+a, most+b
			case i == 0:
				least, most = a, b
			default:
				least, most = min(least, a), max(most, b)
			}
		}
		return least, most, nil
	}
	return 0, 0, nil // anchors and the empty text
}

//go:embed lists/*.toml
var files embed.FS

// Builtin are the lists that come with the product, by name: short seeds to start
// from, with placeholders where the law's own list must be filled in.
func Builtin() []List { return slices.Clone(builtin()) }

var builtin = sync.OnceValue(func() (out []List) {
	entries, err := files.ReadDir("lists")
	if err != nil {
		panic(err) // embedded above
	}
	for _, e := range entries {
		text, _ := files.ReadFile("lists/" + e.Name())
		l, err := Parse(string(text))
		if err != nil {
			panic(fmt.Sprintf("%s: %v", e.Name(), err)) // embedded above and tested
		}
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b List) int { return strings.Compare(a.Name, b.Name) })
	return out
})
