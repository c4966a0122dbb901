package event

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// methods are the names of every type's methods, as the source has them.
func methods(t *testing.T) map[string]map[string]bool {
	t.Helper()
	names, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]bool{}
	for _, n := range names {
		if !strings.HasSuffix(n.Name(), ".go") || strings.HasSuffix(n.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), n.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if m, ok := d.(*ast.FuncDecl); ok && m.Recv != nil {
				of := m.Recv.List[0].Type.(*ast.Ident).Name
				if all[of] == nil {
					all[of] = map[string]bool{}
				}
				all[of][m.Name.Name] = true
			}
		}
	}
	return all
}

func TestEveryFactIsMarkedForThePublicLog(t *testing.T) {
	t.Parallel()
	facts := 0
	for name, has := range methods(t) {
		if !has["Fact"] {
			continue
		}
		facts++
		if has["Record"] == has["Unlogged"] {
			t.Errorf("%s needs one of Record, if the public log is to keep it, and Unlogged, if not", name)
		}
	}
	if facts < 25 {
		t.Errorf("only %d facts were found", facts)
	}
}
