package subtitle

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/asticode/go-astisub"

	"cliffhanger/internal/kernel/fault"
)

// What subtitles may measure.
const (
	MaxBytes = 5 << 20
	MaxCues  = 5000

	mostLines   = 12 * MaxCues   // of the file: a cue has its times, a few lines and a blank one
	longestLine = 8 << 10        // of the file, in bytes, markup included
	longestCue  = 500            // characters; beyond, it is not a subtitle
	latestEnd   = 24 * time.Hour // no episode is longer
	readLines   = 2              // what a reader takes in at a glance
	readColumns = 14             // CJK characters a line; Latin letters count half
)

// settings lift each cue to end above the lowest 12 % of the picture.
const settings = "line:80% position:50% align:center"

// Track is clean subtitles.
type Track struct {
	VTT  []byte
	Hash string // of VTT
	Cues int
	Long int // cues with more than two lines, or a line wider than 14 CJK characters
}

// Faults of subtitles, all Invalid.
var (
	ErrTooLarge = fault.New(fault.Invalid, "catalogue.subtitle_too_large", "The subtitle file is larger than 5 MB.")
	ErrEncoding = fault.New(fault.Invalid, "catalogue.subtitle_encoding", "The subtitle file is not UTF-8 text. Save it as UTF-8 and try again.")
	ErrFormat   = fault.New(fault.Invalid, "catalogue.subtitle_unreadable", "The file is neither SRT nor WebVTT.")
	ErrEmpty    = fault.New(fault.Invalid, "catalogue.subtitle_empty", "The subtitle file holds no words.")
	ErrTooMany  = fault.New(fault.Invalid, "catalogue.subtitle_too_many", "The subtitle file has more than 5000 cues.")
	ErrTimes    = fault.New(fault.Invalid, "catalogue.subtitle_times", "A subtitle ends before it starts, or lies beyond the end of any episode.")
	ErrLong     = fault.New(fault.Invalid, "catalogue.subtitle_long", "A subtitle has more than 500 characters.")
)

// Clean reads SRT or WebVTT and writes clean WebVTT. Cleaning what is clean
// gives the same bytes.
func Clean(raw []byte) (Track, error) {
	if len(raw) > MaxBytes {
		return Track{}, ErrTooLarge
	}
	cues, err := read(raw)
	if err != nil {
		return Track{}, err
	}
	slices.SortStableFunc(cues, func(a, b cue) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end))
	})
	return write(cues), nil
}

type cue struct {
	start, end time.Duration // whole milliseconds
	lines      []string
}

func read(raw []byte) ([]cue, error) {
	raw = bytes.TrimPrefix(raw, []byte("\uFEFF"))
	if !utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0 {
		return nil, ErrEncoding
	}
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(raw))
	if err := measure(text); err != nil {
		return nil, err
	}
	subs, err := parse(text)
	if err != nil {
		return nil, ErrFormat.Because(err)
	}
	if len(subs.Items) > MaxCues {
		return nil, ErrTooMany
	}
	var cues []cue
	for _, item := range subs.Items {
		if item == nil {
			continue
		}
		c := cue{start: item.StartAt.Truncate(time.Millisecond), end: item.EndAt.Truncate(time.Millisecond), lines: words(item)}
		if len(c.lines) == 0 {
			continue
		}
		if c.start < 0 || c.end <= c.start || c.end > latestEnd {
			return nil, ErrTimes.With(fault.Field{Path: fmt.Sprintf("cues[%d]", len(cues)+1), Code: "times", Msg: stamp(c.start) + " to " + stamp(c.end)})
		}
		if utf8.RuneCountInString(strings.Join(c.lines, "")) > longestCue {
			return nil, ErrLong.With(fault.Field{Path: fmt.Sprintf("cues[%d]", len(cues)+1), Code: "too_long", Msg: "at " + stamp(c.start)})
		}
		cues = append(cues, c)
	}
	if len(cues) == 0 {
		return nil, ErrEmpty
	}
	return cues, nil
}

// measure refuses, before anything costly, what cannot become a track: the
// library needs a minute for five megabytes of short lines.
func measure(text string) error {
	if strings.Count(text, "-->") > MaxCues || strings.Count(text, "\n") > mostLines {
		return ErrTooMany
	}
	for line := range strings.SplitSeq(text, "\n") {
		if len(line) > longestLine {
			return ErrLong
		}
	}
	return nil
}

// parse lets the library read; it is not ours, so what it does on strange
// input must not take the process down.
func parse(text string) (s *astisub.Subtitles, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("subtitle reader: %v", r)
		}
	}()
	text = timing.ReplaceAllString(text, "$1") // settings and regions go anyway
	if strings.HasPrefix(text, "WEBVTT") {
		return astisub.ReadFromWebVTT(strings.NewReader(text))
	}
	if !strings.Contains(text, "-->") {
		return nil, ErrFormat
	}
	return astisub.ReadFromSRT(strings.NewReader(text))
}

var timing = regexp.MustCompile(`(?m)^([^\n]*-->[ \t]*[^ \t\n]+)[^\n]*$`)

var markup = regexp.MustCompile(`(?s)<[/!?A-Za-z0-9][^<>]*>|\{\\[^{}]*\}`)

// words answers the cue's lines as plain words.
func words(item *astisub.Item) []string {
	var lines []string
	for _, l := range item.Lines {
		var b strings.Builder
		for _, part := range l.Items {
			b.WriteString(part.Text)
		}
		if s := plain(b.String()); s != "" {
			lines = append(lines, s)
		}
	}
	return lines
}

// plain takes markup away until none is left, however it was nested or
// escaped, and replaces every character that could begin some.
func plain(s string) string {
	for range 4 {
		next := markup.ReplaceAllString(html.UnescapeString(s), "")
		if next == s {
			break
		}
		s = next
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '<':
			return '‹'
		case r == '>':
			return '›'
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\uFEFF', r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func write(cues []cue) Track {
	var b bytes.Buffer
	t := Track{Cues: len(cues)}
	b.WriteString("WEBVTT\n")
	for _, c := range cues {
		fmt.Fprintf(&b, "\n%s --> %s %s\n", stamp(c.start), stamp(c.end), settings)
		for _, l := range c.lines {
			b.WriteString(strings.ReplaceAll(l, "&", "&amp;"))
			b.WriteByte('\n')
		}
		if tooLong(c.lines) {
			t.Long++
		}
	}
	t.VTT = b.Bytes()
	sum := sha256.Sum256(t.VTT)
	t.Hash = hex.EncodeToString(sum[:16])
	return t
}

func tooLong(lines []string) bool {
	if len(lines) > readLines {
		return true
	}
	return slices.ContainsFunc(lines, func(l string) bool { return halfColumns(l) > 2*readColumns })
}

// halfColumns measures a line: a CJK character is two, any other one.
func halfColumns(s string) int {
	n := 0
	for _, r := range s {
		n++
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0xFF01 && r <= 0xFF60 || r >= 0x3000 && r <= 0x303F {
			n++
		}
	}
	return n
}

func stamp(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}

// SourceHash tells the files subtitles were made from apart.
func SourceHash(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}
