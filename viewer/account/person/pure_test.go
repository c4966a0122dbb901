package person

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"cliffhanger/viewer/account"
)

// A table with rows of accounts that an erasure passes over keeps what a person
// wants gone.
func TestAnErasureForgetsNoTable(t *testing.T) {
	t.Parallel()
	store, err := os.ReadFile("store.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(account.Migrations, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		text, err := fs.ReadFile(account.Migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range regexp.MustCompile(`(?s)CREATE TABLE (account_\w+) \(.*?\n\);`).FindAllStringSubmatch(string(text), -1) {
			if !regexp.MustCompile(`\n\s+account_id\s`).MatchString(table[0]) {
				continue
			}
			found++
			if !strings.Contains(string(store), "DELETE FROM "+table[1]+" WHERE account_id = $1`") && table[1] != "account_session" {
				t.Errorf("%s has rows of accounts, and an erasure passes over it", table[1])
			}
		}
	}
	if found < 7 {
		t.Errorf("only %d tables have rows of accounts: the search is wrong", found)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"138 0013 8000":       "+8613800138000",
		"１３８００１３８０００":         "+8613800138000",
		"+86 138-0013-8000":   "+8613800138000",
		"0086 13800138000":    "+8613800138000",
		"+1 (415) 555-2671":   "+14155552671",
		"+442071838750":       "+442071838750",
		"":                    "",
		"13800":               "",
		"2380013800":          "",
		"+0 138":              "",
		"+86 238 0013 8000":   "",
		"+123456789012345678": "",
		"1380013800x":         "",
		"+1+4155552671":       "",
	} {
		if got := e164(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestAHintTellsLittle(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]Address{
		"m…@example.com": {Email, "mei.lin@example.com"},
		"李…@例子.cn":       {Email, "李雷@例子.cn"},
		"+86…00":         {Phone, "+8613800138000"},
	} {
		if got := a.Hint(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"mei@example.com", "+8613800138000", "１３８", "a@b.c", "@", "+"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, mail bool) {
		c := Phone
		if mail {
			c = Email
		}
		a, err := ParseAddress(c, s)
		if err != nil {
			return
		}
		again, err := ParseAddress(c, a.To)
		if err != nil || again != a {
			t.Fatalf("%q is %v, and that %v %v", s, a, again, err)
		}
		if hint := a.Hint(); strings.Contains(hint, a.To) {
			t.Fatalf("%q is hinted at as %q", a.To, hint)
		}
	})
}

func TestCodesAsTyped(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"012345": "012345", " 012 345": "012345", "０１２-345": "012345"} {
		if got, ok := readCode(typed); !ok || got != want {
			t.Errorf("%q is %q %v", typed, got, ok)
		}
	}
	for range 1000 {
		if code, ok := readCode(newCode()); !ok || len(code) != digits {
			t.Fatalf("%q", code)
		}
	}
}

func FuzzCodesAsTyped(f *testing.F) {
	for _, s := range []string{"012345", "０１２-345", "1234567", "12345", "٣٤٥٦٧٨", "\u3000123456", "12\x00456", "１2３4５6"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := readCode(typed)
		if !ok {
			return
		}
		if strings.Trim(code, "0123456789") != "" || len(code) != digits {
			t.Fatalf("%q is read as %q", typed, code)
		}
	})
}
