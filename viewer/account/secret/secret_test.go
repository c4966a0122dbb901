package secret

import (
	"strings"
	"testing"
	"unicode/utf8"

	"cliffhanger/internal/kernel/fault"
)

func TestPasswordRules(t *testing.T) {
	t.Parallel()
	for password, code := range map[string]string{
		"": "short", "short one": "short", "qwertyuiop": "common", "QwertyUiop": "common", "Password123": "common",
		"aaaaaaaaaaaa": "monotonous", "abababababab": "monotonous", "lin@example.com": "email", "LIN@Example.com": "email",
		strings.Repeat("long sentence ", 40): "long", "not utf-8 \xff\xff": "invalid", "ｑｗｅｒｔｙｕｉｏｐ": "common",
	} {
		_, err := Password(password, "lin@example.com", "password")
		if f := fault.Of(err); f == nil || f.Code != "account.password_"+code || len(f.Fields) != 1 || f.Fields[0].Path != "password" {
			t.Errorf("%.40q: %v, want %s", password, err, code)
		}
	}
	for _, good := range []string{"correct horse battery", "雨中的灯笼照亮归家的路", "x7$kQ-9wzP"} {
		if got, err := Password(good, "lin@example.com", "password"); err != nil || got != good {
			t.Errorf("%q: %q, %v", good, got, err)
		}
	}
	if len(common) < 250 {
		t.Errorf("only %d passwords are known to be common", len(common))
	}
	for p := range common {
		if utf8.RuneCountInString(p) < shortest || p != strings.ToLower(p) {
			t.Errorf("%q can never be met", p)
		}
	}
}
