package account

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
)

// Form is what kind of thing a device is.
type Form string

// The forms there are.
const (
	Phone   Form = "phone"
	Tablet  Form = "tablet"
	TV      Form = "tv"
	Desktop Form = "desktop"
)

// Traits are what a device says of itself.
type Traits struct {
	Name   string   // what its owner calls it; the model if empty
	Model  string   // what its maker calls it
	Form   Form     // empty means Phone
	Codecs []string // what it can decode: "avc1.640028", "hvc1", "av01", "mp4a.40.2"
	HDR    bool
	Width  int // of the display in pixels; 0 if unknown
	Height int
}

// Device is something an account watches on.
type Device struct {
	ID         id.Device
	Traits     Traits
	Named      bool // its owner gave it the name
	CreatedAt  time.Time
	LastSeenAt time.Time // within five minutes
}

const (
	longestName  = 64 // characters
	mostCodecs   = 24
	largestPanel = 16384 // pixels
)

var codecName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+-]{0,31}$`)

// Tidy brings traits into the form they are kept in, or says what is wrong.
func (t Traits) Tidy() (Traits, error) {
	var bad []fault.Field
	t.Name, t.Model = tidyLine(t.Name), tidyLine(t.Model)
	if t.Name == "" {
		t.Name = t.Model
	}
	if tooLong(t.Name) {
		bad = append(bad, fault.Field{Path: "device.name", Code: "too_long", Msg: "may have 64 characters"})
	}
	if tooLong(t.Model) {
		bad = append(bad, fault.Field{Path: "device.model", Code: "too_long", Msg: "may have 64 characters"})
	}
	if t.Form == "" {
		t.Form = Phone
	}
	if !slices.Contains([]Form{Phone, Tablet, TV, Desktop}, t.Form) {
		bad = append(bad, fault.Field{Path: "device.form", Code: "unknown", Msg: "is phone, tablet, tv or desktop"})
	}
	t.Codecs = slices.Clone(t.Codecs)
	slices.Sort(t.Codecs)
	t.Codecs = slices.Compact(t.Codecs)
	if len(t.Codecs) > mostCodecs || slices.ContainsFunc(t.Codecs, func(c string) bool { return !codecName.MatchString(c) }) {
		bad = append(bad, fault.Field{Path: "device.codecs", Code: "invalid", Msg: "are at most 24 names such as avc1.640028"})
	}
	if t.Width < 0 || t.Width > largestPanel || t.Height < 0 || t.Height > largestPanel {
		bad = append(bad, fault.Field{Path: "device.width", Code: "out_of_range", Msg: "and height are pixels, 16384 at most"})
	}
	if bad != nil {
		return Traits{}, errDevice.With(bad...)
	}
	return t, nil
}

// describe is d after it said of itself what it is today.
func (d Device) describe(t Traits) Device {
	if d.Named {
		t.Name = d.Traits.Name
	}
	d.Traits = t
	return d
}

func (t Traits) equal(o Traits) bool {
	return t.Name == o.Name && t.Model == o.Model && t.Form == o.Form && slices.Equal(t.Codecs, o.Codecs) &&
		t.HDR == o.HDR && t.Width == o.Width && t.Height == o.Height
}

// tidyLine makes one line of s: no control or invisible formatting characters,
// single spaces, none at the ends.
func tidyLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError || unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func tooLong(s string) bool { return utf8.RuneCountInString(s) > longestName }
