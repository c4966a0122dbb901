package ocr

import (
	"context"
	"image"
	"iter"
	"strings"
	"time"
	"unicode"

	"cliffhanger/internal/platform/fence"
)

// Line is one line of text and when it stands on the picture.
type Line struct {
	From, To time.Duration // of the first and the last frame that shows it
	Box      image.Rectangle
	Readings []Reading // one for each way it was read; any may be right
}

// Reading is one way a line was read.
type Reading struct {
	Text string
	Sure float64 // tesseract's own confidence, 0 to 100, the mean of the words
}

// Usage is what reading took.
type Usage struct {
	Frames, Lines, Pictures int
	Tesseract               time.Duration // processor time
}

// way is one way of reading: no single one reads every line, and one wrong
// character hides a word. These three were the best three of eight measured;
// reading with both languages at once is worse than each alone.
type way struct {
	language string
	height   int  // of the strokes
	again    bool // on a later frame of the same line, where there is one
}

var ways = [3]way{{"chi_sim", 26, false}, {"chi_sim", 50, true}, {"eng", 32, false}}

// batch is how many lines go to one process.
const batch = 300

// track is a line that may go on in the next frame.
type track struct {
	Line
	dark     bool
	mask     plane          // of Box
	pictures [3]*image.Gray // by way
	seen     int
}

// Read reads the lines on frames, which must come in the order of time. Scratch
// files go to a folder inside dir.
func Read(ctx context.Context, dir string, frames iter.Seq2[Frame, error]) ([]Line, Usage, error) {
	r := reader{ctx: ctx, dir: dir}
	for f, err := range frames {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = r.frame(f)
		}
		if err != nil {
			return nil, r.usage, err
		}
	}
	r.done = append(r.done, r.open...)
	if err := r.read(); err != nil {
		return nil, r.usage, err
	}
	return r.lines, r.usage, nil
}

type reader struct {
	ctx        context.Context
	dir        string
	open, done []*track
	lines      []Line
	usage      Usage
}

// frame carries the open lines on and begins new ones.
func (r *reader) frame(f Frame) error {
	p, err := f.open()
	if err != nil {
		return err
	}
	r.usage.Frames++
	var now []*track
	for _, dark := range []bool{false, true} {
		if dark {
			p = p.inverted()
		}
		mask := strokes(p)
		for _, box := range lines(mask) {
			now = append(now, r.carry(f.At, p, mask, box, dark))
		}
	}
	for _, t := range r.open {
		if t.To != f.At {
			r.done = append(r.done, t)
		}
	}
	r.open = now
	if len(r.done) >= batch {
		return r.read()
	}
	return nil
}

func (r *reader) carry(at time.Duration, p, mask plane, box image.Rectangle, dark bool) *track {
	cut := mask.cut(box)
	for _, t := range r.open {
		if t.dark == dark && t.To != at && same(t, box, cut) {
			t.To = at
			if t.seen++; t.seen == 2 {
				for i, w := range ways {
					if w.again {
						t.pictures[i] = draw(p, mask, box, w.height)
					}
				}
			}
			return t
		}
	}
	t := &track{Line: Line{From: at, To: at, Box: box}, dark: dark, mask: cut, seen: 1}
	for i, w := range ways {
		t.pictures[i] = draw(p, mask, box, w.height)
	}
	return t
}

// cut is a copy of a part.
func (p plane) cut(r image.Rectangle) plane {
	out := plane{r.Dx(), r.Dy(), make([]byte, 0, r.Dx()*r.Dy())}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		out.pix = append(out.pix, p.row(y)[r.Min.X:r.Max.X]...)
	}
	return out
}

// same tells whether a line is the track's: most strokes of both lie on strokes
// of the other.
func same(t *track, box image.Rectangle, mask plane) bool {
	both := t.Box.Intersect(box)
	if both.Empty() || both.Dy()*10 < max(t.Box.Dy(), box.Dy())*6 {
		return false
	}
	common, all := 0, 0
	for _, v := range t.mask.pix {
		all += int(v)
	}
	for _, v := range mask.pix {
		all += int(v)
	}
	for y := both.Min.Y; y < both.Max.Y; y++ {
		a, b := t.mask.row(y-t.Box.Min.Y), mask.row(y-box.Min.Y)
		for x := both.Min.X; x < both.Max.X; x++ {
			common += int(a[x-t.Box.Min.X] & b[x-box.Min.X])
		}
	}
	return common*2*100 >= all*70
}

// read gives the lines that are over to tesseract.
func (r *reader) read() error {
	if len(r.done) == 0 {
		return nil
	}
	first := len(r.lines)
	for _, t := range r.done {
		r.lines = append(r.lines, t.Line)
	}
	for i, w := range ways {
		pictures := make([]*image.Gray, len(r.done))
		for k, t := range r.done {
			pictures[k] = t.pictures[i]
		}
		words, usage, err := tesseract(r.ctx, r.dir, w.language, pictures)
		r.usage.Tesseract += usage.CPU
		r.usage.Pictures += len(pictures)
		if err != nil {
			return err
		}
		for k, w := range words {
			if text := join(w); text.Text != "" {
				l := &r.lines[first+k]
				l.Readings = append(l.Readings, text)
			}
		}
	}
	r.usage.Lines = len(r.lines)
	r.done = r.done[:0]
	return nil
}

// join puts words together, with a space only between words of letters.
func join(words []word) (out Reading) {
	var b strings.Builder
	last := ' '
	for _, w := range words {
		runes := []rune(w.text)
		if b.Len() > 0 && !unicode.Is(unicode.Han, last) && !unicode.Is(unicode.Han, runes[0]) {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
		last = runes[len(runes)-1]
		out.Sure += w.sure
	}
	if len(words) > 0 {
		out.Sure /= float64(len(words))
	}
	out.Text = b.String()
	return out
}

// Missing tells whether an error means that tesseract is not installed.
func Missing(err error) bool { return fence.ReasonOf(err) == fence.Missing }
