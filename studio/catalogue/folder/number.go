package folder

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

var (
	marked = []*regexp.Regexp{
		regexp.MustCompile(`第\s*(\d{1,3})\s*[集话話回]`),
		regexp.MustCompile(`(?i)(?:^|[^a-z])s\d{1,2}\s*e\s*(\d{1,3})(?:\D|$)`),
		regexp.MustCompile(`(?i)(?:^|[^a-z])(?:episode|ep|e)[\s._-]*(\d{1,3})(?:\D|$)`),
	}
	// sizes, rates and codecs are not numbers of episodes
	technical = regexp.MustCompile(`(?i)\d{3,4}\s*[x×]\s*\d{3,4}|\d+\s*(?:fps|bit|kbps|[pk])\b|[hx]\.?26[45]|mp[34]`)
	digitsRun = regexp.MustCompile(`\d+`)
)

// NumberIn answers the episode a file name says it is (`EP07`, `第7集`, `07.mp4`), or 0.
func NumberIn(name string) int {
	s := stem(name)
	for _, m := range marked {
		if found := m.FindStringSubmatch(s); found != nil {
			if n := number(found[1]); n > 0 {
				return n
			}
		}
	}
	s = technical.ReplaceAllString(s, " ")
	last := 0
	for _, at := range digitsRun.FindAllStringIndex(s, -1) {
		before, after := []rune(s[:at[0]]), []rune(s[at[1]:])
		if n := len(before); n > 0 && unicode.IsLetter(before[n-1]) || len(after) > 0 && unicode.IsLetter(after[0]) {
			continue // part of a word
		}
		if len(strings.TrimSpace(s[at[0]:at[1]])) <= 3 {
			last = number(s[at[0]:at[1]])
		}
	}
	return last
}

// most episodes a drama may have.
const most = 500

func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > most {
		return 0
	}
	return n
}

// numbers answers which episode each file is: what the names say where every one
// says another, else their places in the row.
func numbers(files []string) []int {
	said, taken := make([]int, len(files)), map[int]bool{0: true}
	for i, f := range files {
		said[i] = NumberIn(f)
		if taken[said[i]] {
			for i := range said {
				said[i] = i + 1
			}
			return said
		}
		taken[said[i]] = true
	}
	return said
}
