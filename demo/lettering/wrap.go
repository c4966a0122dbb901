package lettering

import (
	"strings"
	"unicode"
)

// Break splits a text into at most two lines of about equal measure when it is
// longer than limit; measure is the length of a string in the limit's unit.
// English breaks at spaces. Chinese breaks anywhere but before punctuation, and
// gladly after it.
func Break(text string, limit float64, measure func(string) float64) []string {
	if measure(text) <= limit {
		return []string{text}
	}
	runes := []rune(text)
	best, at := -1.0, -1
	for i := 1; i < len(runes); i++ {
		if !breakable(runes[i-1], runes[i]) {
			continue
		}
		longer := max(measure(string(runes[:i])), measure(strings.TrimSpace(string(runes[i:]))))
		cost := longer
		if pauses(runes[i-1]) && longer <= limit {
			cost -= limit / 4
		}
		if at < 0 || cost < best {
			best, at = cost, i
		}
	}
	if at < 0 {
		return []string{text}
	}
	return []string{strings.TrimSpace(string(runes[:at])), strings.TrimSpace(string(runes[at:]))}
}

func breakable(before, after rune) bool {
	if unicode.Is(unicode.Han, before) || unicode.Is(unicode.Han, after) {
		return !pauses(after) && !unicode.Is(unicode.Pe, after) && !unicode.Is(unicode.Pf, after)
	}
	return after == ' '
}

// pauses are the marks after which a reader draws breath.
func pauses(r rune) bool { return strings.ContainsRune("，。！？…、：；,.!?:;", r) }

// runes measures a text in characters.
func runes(text string) float64 { return float64(len([]rune(text))) }
