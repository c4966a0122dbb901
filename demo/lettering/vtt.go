package lettering

import (
	"fmt"
	"strings"
	"time"
)

// Cue is one caption.
type Cue struct {
	Start, End time.Duration
	Text       string
}

// Characters a subtitle line may have: full-width ones and Latin ones, as many as
// fit across a phone held upright. The console remarks on wider ones.
const (
	ChineseLine = 14
	EnglishLine = 28
)

// WebVTT writes subtitles of at most two lines per cue, each no longer than
// limit characters where the text allows. It follows
// https://www.w3.org/TR/webvtt1/.
func WebVTT(cues []Cue, limit int) string {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	for _, cue := range cues {
		text := strings.Join(Break(cue.Text, float64(limit), runes), "\n")
		fmt.Fprintf(&b, "\n%s --> %s\n%s\n", stamp(cue.Start), stamp(cue.End), escape.Replace(text))
	}
	return b.String()
}

func stamp(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3600000, ms/60000%60, ms/1000%60, ms%1000)
}
