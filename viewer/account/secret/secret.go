// Package secret is a pure room: what may be a password, and what is the same one
// on another keyboard.
package secret

import (
	_ "embed"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"cliffhanger/internal/kernel/fault"
)

// The rules for a password: long rather than colourful, as NIST SP 800-63B-4
// advises, and not one that every guesser tries first.
const (
	shortest         = 10  // characters
	longest          = 256 // characters; enough for any sentence, too little to keep a CPU busy
	fewestCharacters = 4   // different ones
)

//go:embed common_passwords.txt
var commonList string

// common are the passwords of ten characters and more that leaks show most.
var common = func() map[string]bool {
	m := map[string]bool{}
	for line := range strings.Lines(commonList) {
		m[strings.TrimSpace(line)] = true
	}
	return m
}()

// Password checks a password somebody wants to use and brings it into the form
// that is hashed. email is theirs, in lower case; field is where the password came
// from in the input.
func Password(password, email, field string) (string, error) {
	p := Tidy(password)
	lower := strings.ToLower(p)
	local, _, _ := strings.Cut(email, "@")
	refuse := func(code, msg string) (string, error) {
		return "", fault.New(fault.Invalid, "account.password_"+code, "Choose another password: it "+msg+".").
			With(fault.Field{Path: field, Code: code, Msg: msg})
	}
	switch n := utf8.RuneCountInString(p); {
	case !utf8.ValidString(password):
		return refuse("invalid", "is not readable text")
	case n < shortest:
		return refuse("short", "needs 10 characters or more")
	case n > longest:
		return refuse("long", "may have 256 characters")
	case lower == email || lower == local:
		return refuse("email", "must not be the e-mail address")
	case distinct(lower) < fewestCharacters:
		return refuse("monotonous", "needs four different characters or more")
	case common[lower]:
		return refuse("common", "is one that everybody guesses first")
	}
	return p, nil
}

// Tidy makes the same password of what different keyboards send for it.
// What is too long to be one is cut, so that it costs nothing and never matches.
func Tidy(password string) string {
	const most = 4 * (longest + 1)
	if len(password) > most {
		password = password[:most]
	}
	return norm.NFKC.String(password)
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}
