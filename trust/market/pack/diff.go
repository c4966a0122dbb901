package pack

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Change is a rule that one pack has and the other has not, or has otherwise.
type Change struct {
	Section string        `json:"section" doc:"What kind of rule: tier, mark, minors, facts …"`
	Rule    string        `json:"rule" doc:"Which of them."`
	What    string        `json:"what" enum:"added,removed,changed"`
	Fields  []FieldChange `json:"fields"`
}

// FieldChange is what a rule said, and says.
type FieldChange struct {
	Field  string `json:"field"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// String says it in words.
func (c Change) String() string {
	var parts []string
	for _, f := range c.Fields {
		switch c.What {
		case "added":
			parts = append(parts, f.Field+" "+f.After)
		case "removed":
			parts = append(parts, f.Field+" "+f.Before)
		default:
			parts = append(parts, fmt.Sprintf("%s from %q to %q", f.Field, f.Before, f.After))
		}
	}
	return fmt.Sprintf("%s %s: %s (%s)", c.Section, c.Rule, c.What, strings.Join(parts, "; "))
}

// Diff is what becomes otherwise when next takes the place of before, in the order
// of sections and rules. A zero before has no rules.
func Diff(before, next Pack) []Change {
	out := []Change{}
	sections := slices.Sorted(maps.Keys(merged(before.rows, next.rows)))
	for _, section := range sections {
		was, is := before.rows[section], next.rows[section]
		for _, rule := range slices.Sorted(maps.Keys(merged(was, is))) {
			old, had := was[rule]
			now, has := is[rule]
			c := Change{Section: section, Rule: rule, What: "changed", Fields: []FieldChange{}}
			switch {
			case !had:
				c.What = "added"
			case !has:
				c.What = "removed"
			}
			for _, f := range slices.Sorted(maps.Keys(merged(old, now))) {
				if old[f] != now[f] {
					c.Fields = append(c.Fields, FieldChange{f, old[f], now[f]})
				}
			}
			if len(c.Fields) > 0 {
				out = append(out, c)
			}
		}
	}
	return out
}

// DiffHash names a difference: between these two files, and nothing else.
func DiffHash(before, next Pack) string {
	text, err := json.Marshal(struct {
		Before, Next string
		Changes      []Change
	}{before.Hash, next.Hash, Diff(before, next)})
	if err != nil {
		panic(err) // strings only
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func merged[V any](a, b map[string]V) map[string]V {
	out := make(map[string]V, len(a)+len(b))
	maps.Copy(out, a)
	maps.Copy(out, b)
	return out
}

// Unverified is how many rules nobody checked against the original text.
func (p Pack) Unverified() (n int) {
	for _, rows := range p.rows {
		for _, row := range rows {
			if row["verified"] == "false" {
				n++
			}
		}
	}
	return n
}
