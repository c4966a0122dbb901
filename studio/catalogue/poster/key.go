package poster

import (
	"regexp"
	"strconv"
)

// Key is where the blob of a picture in one of Widths lies. It holds the hash of
// the original's bytes, so what is stored under it never changes.
func Key(hash string, width int) string {
	return "catalogue/pictures/" + hash + "/" + strconv.Itoa(width) + ".jpg"
}

// OriginalKey is where the picture lies as it came in.
func OriginalKey(hash string) string { return "catalogue/pictures/" + hash + "/original" }

var hashes = regexp.MustCompile(`^[0-9a-f]{32}$`)

// IsHash tells what can be the Hash of an Image.
func IsHash(s string) bool { return hashes.MatchString(s) }

// Width answers the width a client asked for: the smallest one made that is not
// smaller, or the largest.
func Width(asked string) int {
	n, err := strconv.Atoi(asked)
	if err != nil || n <= 0 {
		return Widths[len(Widths)-1]
	}
	for _, w := range Widths {
		if w >= n {
			return w
		}
	}
	return Widths[len(Widths)-1]
}
