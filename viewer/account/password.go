package account

import (
	_ "embed"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/argon"
	"cliffhanger/internal/platform/httpx"
)

// The rules for a password: long rather than colourful, as NIST SP 800-63B-4
// advises, and not one that every guesser tries first.
const (
	shortestPassword = 10  // characters
	longestPassword  = 256 // characters; enough for any sentence, too little to keep a CPU busy
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

// newPassword checks a password somebody wants to use and brings it into the
// form that is hashed. field is where it came from in the input.
func newPassword(password string, email Email, field string) (string, error) {
	p := tidyPassword(password)
	lower := strings.ToLower(p)
	local, _, _ := strings.Cut(string(email), "@")
	refuse := func(code, msg string) (string, error) {
		return "", fault.New(fault.Invalid, "account.password_"+code, "Choose another password: it "+msg+".").
			With(fault.Field{Path: field, Code: code, Msg: msg})
	}
	switch n := utf8.RuneCountInString(p); {
	case !utf8.ValidString(password):
		return refuse("invalid", "is not readable text")
	case n < shortestPassword:
		return refuse("short", "needs 10 characters or more")
	case n > longestPassword:
		return refuse("long", "may have 256 characters")
	case lower == string(email) || lower == local:
		return refuse("email", "must not be the e-mail address")
	case distinct(lower) < fewestCharacters:
		return refuse("monotonous", "needs four different characters or more")
	case common[lower]:
		return refuse("common", "is one that everybody guesses first")
	}
	return p, nil
}

// tidyPassword makes the same password of what different keyboards send for it.
// What is too long to be one is cut, so that it costs nothing and never matches.
func tidyPassword(password string) string {
	const most = 4 * (longestPassword + 1)
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

// newHasher makes what computes passwords or PINs.
func newHasher(c argon.Cost) *argon.Hasher {
	return argon.New(c, httpx.RetryAfter(2*time.Second, errCrowded))
}
