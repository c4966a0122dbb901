package account

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
)

func TestCodesSurviveHands(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		code := NewCode()
		if len(code) != codeLen || strings.Trim(string(code), codeAlphabet) != "" {
			r.Fatalf("%q", code)
		}
		typed := ""
		for _, c := range string(code) {
			switch rapid.IntRange(0, 4).Draw(r, "way") {
			case 0:
				typed += strings.ToLower(string(c))
			case 1:
				typed += string(c + '！' - '!')
			case 2:
				typed += " " + string(c)
			case 3:
				typed += string(c) + "-"
			default:
				typed += string(c)
			}
		}
		if got, err := ParseCode(typed); err != nil || got != code {
			r.Fatalf("%q: %q, %v", typed, got, err)
		}
	})
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"7K3M9Q2X", "7k3m-9q2x", "７Ｋ３Ｍ９Ｑ２Ｘ", "", "0OIL1U", strings.Repeat("2", 9), "\xff\xfe", strings.Repeat(" ", 1<<12)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, err := ParseCode(s)
		if err != nil {
			if !errors.Is(err, ErrCode) {
				t.Fatal(err)
			}
			return
		}
		if again, err := ParseCode(string(code)); err != nil || again != code || len(code) != codeLen || strings.Trim(string(code), codeAlphabet) != "" {
			t.Fatalf("%q became %q", s, code)
		}
	})
}

func TestEmails(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Email{
		" Lin@Example.COM ": "lin@example.com", "a.b+c@x-y.co": "a.b+c@x-y.co", "王@例子.公司": "王@例子.公司", "root@localhost": "root@localhost",
	} {
		if got, err := ParseEmail(in); err != nil || got != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, bad := range []string{
		"", "@", "a@", "@b", "a@b@c", "a b@c", "a@-b.c", "a@b-.c", "a..b@c", ".a@b", "a@b.", "a@b c", "a\n@b", `"a"@b`, "a@[1.2.3.4]",
		"a@b,c@d", strings.Repeat("a", 65) + "@b.c", "a@" + strings.Repeat("b.", 130) + "c", "a@b\x00", "\xff@b", strings.Repeat("a", 1<<20),
	} {
		if got, err := ParseEmail(bad); err == nil {
			t.Errorf("%.40q was taken for %q", bad, got)
		}
	}
}

func FuzzParseEmail(f *testing.F) {
	for _, s := range []string{"lin@example.com", "İ@x", "a@b@c", "\u202ea@b.c", "a@b\r\nBcc: x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseEmail(s)
		if err != nil {
			return
		}
		if again, err := ParseEmail(string(got)); err != nil || again != got {
			t.Fatalf("%q is %q, which is %q, %v", s, got, again, err)
		}
		if len(got) > 254 || !utf8.ValidString(string(got)) || strings.ContainsAny(string(got), " \t\r\n\x00<>,;\"") || strings.Count(string(got), "@") != 1 {
			t.Fatalf("%q", got)
		}
	})
}

func TestRoles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind OrgKind
		in   []actor.Role
		want []actor.Role
	}{
		{ProducerOrg, []actor.Role{"producer", "producer"}, []actor.Role{"producer"}},
		{OperatorOrg, []actor.Role{"producer", "operator"}, []actor.Role{"operator", "producer"}},
		{ProducerOrg, []actor.Role{"operator"}, nil},
		{OperatorOrg, []actor.Role{"root"}, nil},
		{OperatorOrg, nil, nil},
	} {
		got, err := tidyRoles(c.in, c.kind)
		if diff := cmp.Diff(c.want, got); diff != "" || (err == nil) != (c.want != nil) {
			t.Error(c.in, diff, err)
		}
		if err == nil {
			if diff := cmp.Diff(got, unpackRoles(packRoles(got))); diff != "" {
				t.Error(diff)
			}
		}
	}
}

func TestTraits(t *testing.T) {
	t.Parallel()
	got, err := Traits{Name: " Mei’s\n\u202ephone  ", Model: "X1", Codecs: []string{"hvc1", "avc1.640028", "hvc1"}}.Tidy()
	want := Traits{Name: "Mei’s phone", Model: "X1", Form: Phone, Codecs: []string{"avc1.640028", "hvc1"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got, err := (Traits{Model: "Z9"}).Tidy(); err != nil || got.Name != "Z9" {
		t.Error(got, err)
	}
	_, err = Traits{
		Name: strings.Repeat("长", longestName+1), Model: strings.Repeat("m", 1<<16), Form: "fridge", Codecs: []string{"a b"}, Width: -1,
	}.Tidy()
	var paths []string
	for _, f := range fault.Of(err).Fields {
		paths = append(paths, f.Path)
	}
	if diff := cmp.Diff([]string{"device.name", "device.model", "device.form", "device.codecs", "device.width"}, paths); diff != "" {
		t.Error(diff)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	must(t, Default().Validate())
	err := Config{WrongCodesPerMinute: 1 << 30}.Validate()
	if err == nil || strings.Count(err.Error(), "per-minute ") != 2 {
		t.Error(err)
	}
}
