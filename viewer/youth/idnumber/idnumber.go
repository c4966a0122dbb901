// Package idnumber reads citizen identity numbers of GB 11643-1999 and keeps them
// out of everything that prints.
package idnumber

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"cliffhanger/viewer/youth/policy"
)

// Number is a number that holds: its length, region, date of birth and check
// digit fit. It prints as *** and its value lies in a closure, so that nothing
// that walks through structs finds it either. The zero Number is none.
type Number struct {
	value func() (text string, born policy.Date)
}

// Why a text is no number. They say nothing of the text.
var (
	ErrOld    = errors.New("a number of 15 digits is the old form; the one on the present card has 18")
	ErrForm   = errors.New("a number has 17 digits and a last one that may be an X")
	ErrRegion = errors.New("the first two digits name no region")
	ErrBirth  = errors.New("digits 7 to 14 are no date of birth")
	ErrCheck  = errors.New("the last digit does not fit the others")
)

const (
	length    = 18
	oldLength = 15
	oldest    = 1900
	check     = "10X98765432"
)

// weights are what each digit counts in the check digit.
var weights = [length - 1]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

// regions are the first two digits there are; 83 is for residents from Taiwan,
// 91 for foreigners with permanent residence.
const regions = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91 "

// shanghai is whose calendar says what today is: the rule and its numbers are one
// country's.
var shanghai = func() *time.Location {
	z, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err) // package policy brings the zones along
	}
	return z
}()

// Parse reads what somebody typed at a moment: spaces around it do not count, and
// a small or a wide X is one.
func Parse(typed string, now time.Time) (Number, error) {
	text := plain(typed)
	switch {
	case len(text) == oldLength && digits(text):
		return Number{}, ErrOld
	case len(text) != length || !digits(text[:length-1]) || !strings.Contains(check, text[length-1:]):
		return Number{}, ErrForm
	case !strings.Contains(regions, " "+text[:2]+" "):
		return Number{}, ErrRegion
	}
	year, _ := strconv.Atoi(text[6:10]) // digits, as seen above
	month, _ := strconv.Atoi(text[10:12])
	day, _ := strconv.Atoi(text[12:14])
	born := policy.Date{Year: year, Month: time.Month(month), Day: day}
	if year < oldest || !born.Real() || born.Compare(policy.DateOf(now.In(shanghai))) > 0 {
		return Number{}, ErrBirth
	}
	if text[length-1] != checkDigit(text) {
		return Number{}, ErrCheck
	}
	return Number{func() (string, policy.Date) { return text, born }}, nil
}

// plain is a typed number in the characters of the card.
func plain(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '\u3000' || r == '\t':
			return -1
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == 'x' || r == 'ｘ' || r == 'Ｘ':
			return 'X'
		}
		return r
	}, strings.TrimSpace(typed))
}

func digits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

func checkDigit(text string) byte {
	sum := 0
	for i, w := range weights {
		sum += w * int(text[i]-'0')
	}
	return check[sum%len(check)]
}

// Born is the date of birth.
func (n Number) Born() (born policy.Date) {
	if n.value != nil {
		_, born = n.value()
	}
	return born
}

// Known reports whether there is a number.
func (n Number) Known() bool { return n.value != nil }

// Reveal is the number itself, for whoever verifies it and for its digest.
func (n Number) Reveal() (text string) {
	if n.value != nil {
		text, _ = n.value()
	}
	return text
}

const mask = "***"

// Format prints *** whatever the verb.
func (n Number) Format(f fmt.State, _ rune) { io.WriteString(f, mask) }

// String is ***.
func (n Number) String() string { return mask }

// LogValue is what slog prints.
func (n Number) LogValue() slog.Value { return slog.StringValue(mask) }

// MarshalJSON writes ***.
func (n Number) MarshalJSON() ([]byte, error) { return json.Marshal(mask) }

// MarshalText is what other encoders write.
func (n Number) MarshalText() ([]byte, error) { return []byte(mask), nil }
