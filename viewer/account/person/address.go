package person

import (
	"strings"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/viewer/account"
)

// Channel is a way to reach a person.
type Channel string

// The channels there are.
const (
	Email Channel = "email"
	Phone Channel = "phone"
)

// Address is one place on one channel, in the form in which equal ones are equal.
type Address struct {
	Channel Channel
	To      string
}

var errAddress = fault.New(fault.Invalid, "account.address_invalid", "This is neither an e-mail address nor a phone number with its country code.").
	With(fault.Field{Path: "to", Code: "invalid", Msg: "is not an address of that kind"})

// ParseAddress reads an address as a person types it. A phone number is read in
// E.164; without a country code it is a mobile number of mainland China.
func ParseAddress(c Channel, text string) (Address, error) {
	switch c {
	case Email:
		email, err := account.ParseEmail(text)
		if err != nil {
			return Address{}, errAddress
		}
		return Address{Email, string(email)}, nil
	case Phone:
		if number := e164(text); number != "" {
			return Address{Phone, number}, nil
		}
	}
	return Address{}, errAddress
}

// e164 is the number with its plus, or "".
func e164(text string) string {
	if len(text) > 64 {
		return ""
	}
	var digits strings.Builder
	plus := false
	for i, r := range strings.TrimSpace(text) {
		switch {
		case r >= '０' && r <= '９': // full width
			digits.WriteRune(r - '０' + '0')
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case (r == '+' || r == '＋') && i == 0:
			plus = true
		case strings.ContainsRune(" -().\u00a0\u3000", r):
		default:
			return ""
		}
	}
	n := digits.String()
	switch {
	case strings.HasPrefix(n, "00") && !plus:
		n = n[2:]
	case !plus && len(n) == 11 && n[0] == '1':
		n = "86" + n
	case !plus:
		return ""
	}
	if len(n) < 8 || len(n) > 15 || n[0] == '0' || strings.HasPrefix(n, "86") && (len(n) != 13 || n[2] != '1') {
		return ""
	}
	return "+" + n
}

// Hint is enough for its owner to know the address by, and no more.
func (a Address) Hint() string {
	if a.Channel == Phone {
		return a.To[:3] + "…" + a.To[len(a.To)-2:]
	}
	local, domain, _ := strings.Cut(a.To, "@")
	first := []rune(local)[:1]
	return string(first) + "…@" + domain
}
