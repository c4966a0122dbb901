// Package arch holds the rules of the house as ordinary tests: who may import
// whom, whose tables are whose, and how large a room may grow.
package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "cliffhanger/"

// wings hold the capabilities; the folder below a wing is the capability.
var wings = []string{"studio", "trust", "viewer", "money", "growth"}

// A rule says what the files of a place may not import, and why.
type rule struct {
	place  string   // folder prefix
	denied []string // import path prefixes; "cliffhanger/" is this module, "third-party" any other module
	except []string
	reason string
}

var rules = []rule{
	{"internal/kernel/", []string{module, "third-party", "net", "os", "database/", "log"}, []string{module + "internal/kernel/"},
		"the kernel is the standard library and no I/O"},
	{"event/", []string{module, "third-party"}, []string{module + "internal/kernel/"}, "facts are data"},
	{"internal/platform/", []string{module}, []string{module + "internal/kernel/", module + "internal/platform/"},
		"mechanism knows no business word"},
	{"internal/testkit/", []string{module}, []string{module + "internal/"}, "test helpers know no business word"},
	{"demo/", []string{module, "third-party"}, []string{module + "demo", "golang.org/x/image/", "github.com/BurntSushi/toml"},
		"the theatre performs for anyone"},
	{"web/", []string{module, "third-party"}, nil, "the front end is bytes"},
	{"cmd/", []string{module}, []string{module + "app", module + "internal/kernel/"}, "main only starts the app"},
	{"studio/media/ladder/", pureDenied, []string{module + "internal/kernel/", module + "studio/media/"}, pureReason},
	{"studio/media/manifest/", pureDenied, []string{module + "internal/kernel/", module + "studio/media/cmaf"}, pureReason},
	{"studio/media/token/", pureDenied, []string{module + "internal/kernel/"}, pureReason},
	{"trust/review/stage/", pureDenied, []string{module + "internal/kernel/"}, pureReason},
	{"trust/review/watch/", pureDenied, nil, pureReason},
	{"trust/review/lexicon/", pureDenied, []string{module + "internal/platform/hanzi"}, pureReason},
	{"trust/review/checks/", pureDenied, []string{module + "trust/review/lexicon"}, pureReason},
	{"trust/rights/window/", pureDenied, nil, pureReason},
	{"trust/market/evidence/", pureDenied, nil, pureReason},
	{"trust/market/pack/", pureDenied, nil, pureReason},
	{"trust/audit/record/", pureDenied, []string{module + "event"}, pureReason},
	{"trust/audit/tree/", pureDenied, []string{module + "internal/kernel/", module + "trust/audit/record"}, pureReason},
	{"viewer/youth/policy/", pureDenied, []string{module + "internal/kernel/"}, pureReason},
	{"viewer/youth/idnumber/", pureDenied, []string{module + "viewer/youth/policy", "log/slog"}, pureReason},
	{"viewer/account/browser/", pureDenied, nil, pureReason},
	{"viewer/account/grant/", pureDenied, []string{module + "internal/kernel/"}, pureReason},
	{"viewer/account/secret/", pureDenied, []string{module + "internal/kernel/"}, pureReason},
	{"viewer/feed/rank/", pureDenied, []string{module + "internal/kernel/"}, pureReason},
}

var (
	pureDenied = []string{module, "context", "os", "net/http", "database/", "log"}
	pureReason = "a pure room takes values and returns values"
)

// sideways lists the platform packages that may lean on another one.
var sideways = map[string][]string{
	"bus":     {"db"},
	"httpx":   {"db"},                // idempotent answers
	"mail":    {"obs"},               // its password is a secret
	"passkey": {"db"},                // ceremonies not finished yet
	"sweep":   {"blob", "db", "obs"}, // how loudly it fails
}

type file struct {
	path string // from the module root, slashes
	test bool
	ast  *ast.File
	set  *token.FileSet
}

func (f file) dir() string { return filepath.ToSlash(filepath.Dir(f.path)) + "/" }

// capability is "studio/media" for a file in or below it, or "".
func capability(dir string) string {
	parts := strings.Split(dir, "/")
	if len(parts) >= 2 && slices.Contains(wings, parts[0]) {
		return parts[0] + "/" + parts[1]
	}
	return ""
}

func parse(t *testing.T) []file {
	t.Helper()
	root := filepath.Join("..", "..")
	var files []file
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "node_modules" || name == "testdata" || name == "tools" || strings.HasPrefix(name, ".") && name != "..") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		files = append(files, file{filepath.ToSlash(rel), strings.HasSuffix(name, "_test.go"), parsed, set})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func imports(f file) (paths []string) {
	for _, i := range f.ast.Imports {
		paths = append(paths, strings.Trim(i.Path.Value, `"`))
	}
	return paths
}

func matches(path string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool {
		if p == "third-party" {
			return strings.Contains(strings.Split(path, "/")[0], ".")
		}
		return path == strings.TrimSuffix(p, "/") || strings.HasPrefix(path, strings.TrimSuffix(p, "/")+"/")
	})
}

func TestNobodyImportsWhatItMustNot(t *testing.T) {
	t.Parallel()
	for _, f := range parse(t) {
		if f.test {
			continue
		}
		for _, path := range imports(f) {
			for _, r := range rules {
				if strings.HasPrefix(f.dir(), r.place) && matches(path, r.denied) && !matches(path, r.except) {
					t.Errorf("%s imports %s: %s", f.path, path, r.reason)
				}
			}
			if reason := crosses(f.dir(), path); reason != "" {
				t.Errorf("%s imports %s: %s", f.path, path, reason)
			}
		}
	}
}

// crosses says why dir may not import path, or "".
func crosses(dir, path string) string {
	inside, ok := strings.CutPrefix(path, module)
	if !ok {
		return ""
	}
	if strings.HasPrefix(inside, "internal/testkit/") && !strings.HasPrefix(dir, "internal/testkit/") {
		return "only tests use the test kit"
	}
	mine, theirs := capability(dir), capability(inside)
	composes := strings.HasPrefix(dir, "app/") || strings.HasPrefix(dir, "test/")
	switch {
	case theirs != "" && theirs != mine && !composes:
		return "only app knows two capabilities"
	case mine != "" && matches(path, []string{module + "app", module + "web", module + "demo", module + "cmd"}):
		return "nothing below the app knows it"
	case strings.HasPrefix(inside, "app") && !strings.HasPrefix(dir, "cmd/") && !composes:
		return "nobody imports the composition root"
	}
	from, isPlatform := strings.CutPrefix(dir, "internal/platform/")
	to, toPlatform := strings.CutPrefix(inside, "internal/platform/")
	from, to = strings.Split(from, "/")[0], strings.Split(to, "/")[0]
	if isPlatform && toPlatform && from != to && !slices.Contains(sideways[from], to) {
		return "platform packages lean on each other only where listed"
	}
	return ""
}

var tableName = regexp.MustCompile(`(?i)\b(?:FROM|JOIN|INTO|UPDATE|TABLE(?: IF NOT EXISTS)?)\s+([a-z]+)_[a-z_]+`)

// appendOnly reads "Append-only: a_b, c_d." out of a capability's doc comment.
var appendOnly = regexp.MustCompile(`Append-only: ([a-z_, \n]+)\.`)

func TestTablesBelongToOneOwner(t *testing.T) {
	t.Parallel()
	files := parse(t)
	sealed := map[string]bool{}
	for _, f := range files {
		if f.ast.Doc == nil {
			continue
		}
		if m := appendOnly.FindStringSubmatch(f.ast.Doc.Text()); m != nil {
			for _, table := range regexp.MustCompile(`[a-z_]+`).FindAllString(m[1], -1) {
				sealed[table] = true
			}
		}
	}
	for _, f := range files {
		owner := ""
		if c := capability(f.dir()); c != "" {
			owner = strings.Split(c, "/")[1]
		}
		if f.test || owner == "" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING || !strings.ContainsAny(lit.Value, " \n") {
				return true
			}
			for _, m := range tableName.FindAllStringSubmatch(lit.Value, -1) {
				if m[1] != owner && isSQL(lit.Value) {
					t.Errorf("%s: %s touches a table of %s", f.set.Position(lit.Pos()), m[0], m[1])
				}
				words := strings.Fields(m[0])
				verb := strings.ToUpper(words[0])
				deletes := verb == "FROM" && regexp.MustCompile(`(?i)DELETE\s+FROM\s+`+words[len(words)-1]).MatchString(lit.Value)
				if sealed[words[len(words)-1]] && (verb == "UPDATE" || deletes) {
					t.Errorf("%s: %s is append-only", f.set.Position(lit.Pos()), words[len(words)-1])
				}
			}
			return true
		})
	}
}

func isSQL(s string) bool {
	return regexp.MustCompile(`(?s)^.?\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|AND|WHERE|FROM|JOIN|LEFT)\b`).MatchString(s)
}

func TestRoomsStaySmall(t *testing.T) {
	t.Parallel()
	lines := map[string]int{}
	for _, f := range parse(t) {
		if f.test || strings.HasPrefix(f.path, "test/") {
			continue
		}
		n := f.set.File(f.ast.Pos()).LineCount()
		lines[f.dir()] += n
		if n > 600 {
			t.Errorf("%s has %d lines, more than 600: carve a pure room or a noun", f.path, n)
		}
		ast.Inspect(f.ast, func(node ast.Node) bool {
			spec, ok := node.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if i, ok := spec.Type.(*ast.InterfaceType); ok && i.Methods.NumFields() > 5 {
				t.Errorf("%s: interface %s has more than 5 methods", f.path, spec.Name.Name)
			}
			if s, ok := spec.Type.(*ast.StructType); ok && spec.Name.Name == "Deps" && s.Fields.NumFields() > 9 {
				t.Errorf("%s: Deps has %d fields, more than 9", f.path, s.Fields.NumFields())
			}
			return true
		})
	}
	for dir, n := range lines {
		if n > 4500 {
			t.Errorf("%s has %d lines, more than 4500", dir, n)
		}
	}
}

func TestEveryPackageIntroducesItself(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	for _, f := range parse(t) {
		if !f.test {
			documented[f.dir()] = documented[f.dir()] || f.ast.Doc != nil
		}
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment", dir)
		}
		if capability(dir) == strings.TrimSuffix(dir, "/") {
			if _, err := os.Stat(filepath.Join("..", "..", dir, "doc.go")); err != nil {
				t.Errorf("%s has no doc.go", dir)
			}
		}
	}
}
