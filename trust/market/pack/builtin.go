package pack

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed packs/*.toml
var files embed.FS

// BuiltinText is the file of a pack that comes with the product, or "".
func BuiltinText(code string) string {
	text, err := files.ReadFile("packs/" + Name(code))
	if err != nil {
		return ""
	}
	return string(text)
}

var builtin = func() (out []Pack) {
	entries, err := files.ReadDir("packs")
	if err != nil {
		panic(err) // embedded above
	}
	for _, e := range entries {
		text, _ := files.ReadFile("packs/" + e.Name())
		p, err := Parse(string(text))
		if err != nil {
			panic(fmt.Sprintf("%s: %v", e.Name(), err)) // embedded above and tested
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Pack) int { return strings.Compare(a.Code, b.Code) })
	return out
}()

// Builtin are the packs that come with the product, by code.
func Builtin() []Pack { return slices.Clone(builtin) }
