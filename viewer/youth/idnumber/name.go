package idnumber

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode"
)

// Name is the name on a card. Like a Number it prints as *** wherever it is.
type Name struct{ value func() string }

// ErrName says nothing of the text.
var ErrName = errors.New("a name has from 1 to 60 letters")

const longestName = 60

// ParseName reads a name as it was typed: letters of any script, spaces, and the
// dots, dashes and apostrophes that names have.
func ParseName(typed string) (Name, error) {
	text := strings.Join(strings.Fields(typed), " ")
	letters := 0
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune(" .·•・-'’", r) {
			return Name{}, ErrName
		}
		letters++
	}
	if letters == 0 || letters > longestName || !strings.ContainsFunc(text, unicode.IsLetter) {
		return Name{}, ErrName
	}
	return Name{func() string { return text }}, nil
}

// Reveal is the name itself, for whoever verifies it.
func (n Name) Reveal() string {
	if n.value == nil {
		return ""
	}
	return n.value()
}

// Format prints *** whatever the verb.
func (n Name) Format(f fmt.State, _ rune) { io.WriteString(f, mask) }

// String is ***.
func (n Name) String() string { return mask }

// LogValue is what slog prints.
func (n Name) LogValue() slog.Value { return slog.StringValue(mask) }

// MarshalJSON writes ***.
func (n Name) MarshalJSON() ([]byte, error) { return json.Marshal(mask) }

// MarshalText is what other encoders write.
func (n Name) MarshalText() ([]byte, error) { return []byte(mask), nil }
