package pack

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// reader reads tables and keeps what is wrong with them.
type reader struct {
	lines index
	bad   []Problem
}

// longestText bounds one text, in bytes.
const longestText = 2000

// most bounds what is said of a file that is wrong all over.
const most = 50

// table is one table of the file, and where it stands.
type table struct {
	r    *reader
	name string // "" is the file itself
	nth  int
	line int
	m    map[string]any
	used map[string]bool
}

func (t table) lineOf(key string) int {
	if n, ok := t.r.lines[place{t.name, t.nth, key}]; ok {
		return n
	}
	return t.line
}

func (t table) wrong(key, format string, args ...any) {
	if len(t.r.bad) < most {
		t.r.bad = append(t.r.bad, Problem{t.lineOf(key), key + ": " + fmt.Sprintf(format, args...)})
	}
}

// done says which keys nobody asked for.
func (t table) done() {
	for _, key := range slices.Sorted(maps.Keys(t.m)) {
		if !t.used[key] {
			t.wrong(clip(key), "there is no such key")
		}
	}
}

func (t table) text(key string, must bool) string {
	t.used[key] = true
	v, ok := t.m[key]
	s, isText := v.(string)
	switch {
	case !ok && must:
		t.wrong(key, "is missing")
	case ok && !isText:
		t.wrong(key, "want a text in quotes")
	case len(s) > longestText:
		t.wrong(key, "is longer than %d bytes", longestText)
		return ""
	}
	return s
}

// form is a text that must be there and look like that.
func (t table) form(key string, form *regexp.Regexp, want string) string {
	s := t.text(key, true)
	if _, ok := t.m[key].(string); ok && !form.MatchString(s) {
		t.wrong(key, "%q: want %s", clip(s), want)
		return ""
	}
	return s
}

func (t table) list(key string) (out []string) {
	t.used[key] = true
	v, ok := t.m[key]
	if !ok {
		return nil
	}
	items, isList := v.([]any)
	if !isList {
		t.wrong(key, "want a list of texts")
		return nil
	}
	for _, i := range items {
		s, isText := i.(string)
		if !isText {
			t.wrong(key, "want a list of texts")
			return nil
		}
		out = append(out, s)
	}
	return out
}

func (t table) forms(key string, form *regexp.Regexp, want string, least int) []string {
	list := t.list(key)
	if len(list) < least {
		t.wrong(key, "want %s", want)
	}
	for _, s := range list {
		if !form.MatchString(s) {
			t.wrong(key, "%q: want %s", clip(s), want)
		}
	}
	return append([]string{}, list...)
}

func (t table) word(key string, known ...string) string {
	s := t.text(key, true)
	if _, ok := t.m[key].(string); ok && !slices.Contains(known, s) {
		t.wrong(key, "%q: want %s", clip(s), strings.Join(known, ", "))
	}
	return s
}

func words[W ~string](t table, key string, known ...W) []W {
	out := []W{}
	for _, s := range t.list(key) {
		if !slices.Contains(known, W(s)) {
			t.wrong(key, "%q: want some of %v", clip(s), known)
		}
		out = append(out, W(s))
	}
	return out
}

func (t table) kinds(must bool) []Kind {
	kinds := words(t, "kinds", Live, AI, Animated)
	if must && len(kinds) == 0 {
		t.wrong("kinds", "want some of live, ai, animated")
	}
	return kinds
}

func (t table) optional(key string, usual, least, greatest int64) int64 {
	if _, ok := t.m[key]; !ok {
		return usual
	}
	return t.number(key, least, greatest)
}

func (t table) number(key string, least, greatest int64) int64 {
	t.used[key] = true
	v, ok := t.m[key]
	n, isNumber := v.(int64)
	switch {
	case !ok:
		t.wrong(key, "is missing")
	case !isNumber || n < least || n > greatest:
		t.wrong(key, "want a whole number from %d to %d", least, greatest)
		return least
	}
	return n
}

func (t table) flag(key string, usual bool) bool {
	t.used[key] = true
	v, ok := t.m[key]
	if !ok {
		return usual
	}
	b, isFlag := v.(bool)
	if !isFlag {
		t.wrong(key, "want true or false")
	}
	return b
}

func (t table) aDay(key, text string) Day {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		t.wrong(key, "%q: want a day of the calendar such as 2026-07-01", clip(text))
		return ""
	}
	return Day(text)
}

func (t table) period(key string, must bool) Period {
	text := t.text(key, must)
	if text == "" {
		return Period{}
	}
	p, err := ParsePeriod(text)
	if err != nil {
		t.wrong(key, "%v", err)
	}
	return p
}

func (t table) basis() Basis {
	b := Basis{Authority: t.text("authority", false), Source: t.form("source", freeForm, "where the rule comes from"), Verified: t.flag("verified", true)}
	if text := t.text("from", true); text != "" {
		b.From = t.aDay("from", text)
	}
	if text := t.text("until", false); text != "" {
		if b.Until = t.aDay("until", text); b.Until != "" && b.Until <= b.From {
			t.wrong("until", "%s does not come after from", text)
		}
	}
	return b
}

func (t table) table(key string) (table, bool) {
	t.used[key] = true
	v, ok := t.m[key]
	m, isTable := v.(map[string]any)
	if ok && !isTable {
		t.wrong(key, "want [%s]", key)
	}
	if !isTable {
		return table{}, false
	}
	out := table{r: t.r, name: key, m: m, used: map[string]bool{}}
	out.line = max(t.r.lines[place{key, 0, ""}], 1)
	return out, true
}

// mostRows bounds how many rows a section has.
const mostRows = 500

// rows reads every [[name]] of the file.
func rows[R any](t table, name string, read func(table) R) []R {
	t.used[name] = true
	out := []R{}
	v, ok := t.m[name]
	list, isList := v.([]map[string]any)
	if ok && !isList {
		t.wrong(name, "want [[%s]]", name)
	}
	if len(list) > mostRows {
		t.wrong(name, "there are more than %d", mostRows)
		return out
	}
	for i, m := range list {
		row := table{r: t.r, name: name, nth: i, line: max(t.r.lines[place{name, i, ""}], 1), m: m, used: map[string]bool{}}
		out = append(out, read(row))
		row.done()
	}
	return out
}

// identities are the keys by which a row is known from one version of a pack to
// the next; two rows of one file must not have the same.
var identities = map[string][]string{
	"tax": {"name", "from"}, "definition": {"from"}, "tier": {"id"}, "slot": {"name", "from"}, "review": {"from"}, "filing": {"from"},
	"number": {"kind", "issuer", "from"}, "mark": {"what", "from"}, "age": {"from"}, "minors": {"bands", "from"}, "consent": {"from"},
	"rating": {"system", "from"}, "retention": {"kind", "from"}, "timer": {"key", "from"},
}

// rowsOf are the rows of a file by section and identity, as they are compared.
func (r *reader) rowsOf(doc map[string]any) map[string]map[string]map[string]string {
	out := map[string]map[string]map[string]string{}
	put := func(section, key string, m map[string]any) {
		if out[section] == nil {
			out[section] = map[string]map[string]string{}
		}
		fields := map[string]string{}
		for k, v := range m {
			if _, nested := v.(map[string]any); nested {
				continue
			}
			if _, nested := v.([]map[string]any); !nested {
				fields[k] = written(v)
			}
		}
		out[section][key] = fields
	}
	put("facts", "", doc)
	if c, ok := doc["calendar"].(map[string]any); ok {
		put("calendar", "", c)
	}
	for section, keys := range identities {
		list, _ := doc[section].([]map[string]any)
		for i, m := range list {
			var id []string
			for _, k := range keys {
				id = append(id, written(m[k]))
			}
			key := strings.Join(id, " ")
			if _, twice := out[section][key]; twice {
				t := table{r: r, name: section, nth: i, line: max(r.lines[place{section, i, ""}], 1)}
				t.wrong(keys[0], "there is such a row already: %s", clip(key))
			}
			put(section, key, m)
		}
	}
	return out
}

func written(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, p := range v {
			parts[i] = written(p)
		}
		return strings.Join(parts, ", ")
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// place is a key in the n-th table of a name; key "" is the table's own line.
type place struct {
	table string
	nth   int
	key   string
}

type index map[place]int

var (
	headLine = regexp.MustCompile(`^\s*(\[\[?)\s*([A-Za-z0-9_-]+)\s*\]`)
	keyLine  = regexp.MustCompile(`^\s*([A-Za-z0-9_-]+)\s*=`)
)

// indexOf finds the lines of tables and keys. TOML in other forms than this file's,
// such as inline tables, is read all the same; what is wrong with it is then said
// of a line nearby.
func indexOf(text string) index {
	out, count, at := index{}, map[string]int{}, place{}
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		if m := headLine.FindStringSubmatch(line); m != nil {
			at = place{m[2], 0, ""}
			if m[1] == "[[" {
				at.nth = count[m[2]]
				count[m[2]]++
			}
			out[at] = n
		} else if m := keyLine.FindStringSubmatch(line); m != nil {
			key := place{at.table, at.nth, m[1]}
			if _, ok := out[key]; !ok {
				out[key] = n
			}
		}
	}
	return out
}
