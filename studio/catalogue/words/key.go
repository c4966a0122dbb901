package words

import (
	"regexp"
	"strings"
)

var keyShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// longestKey is in bytes.
const longestKey = 100

// ValidKey reports whether s can be a drama's key: lower-case words joined by
// hyphens.
func ValidKey(s string) bool { return len(s) <= longestKey && keyShape.MatchString(s) }

// KeyFrom makes a key out of words; "" when nothing usable is left.
func KeyFrom(words string) string {
	fields := strings.FieldsFunc(strings.ToLower(words), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	})
	key := ""
	for _, f := range fields {
		if len(key)+1+len(f) > longestKey-8 { // room for a number after it
			break
		}
		key = strings.Trim(key+"-"+f, "-")
	}
	return key
}
