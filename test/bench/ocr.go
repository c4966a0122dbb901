package main

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"cliffhanger/demo"
	"cliffhanger/trust/review/lexicon"
	"cliffhanger/trust/review/ocr"
)

// planted is one listed word inside a line that is burned into a clip.
type planted struct {
	entry, text  string
	begins, ends time.Duration
	found        bool
}

// Planted lines stand for lineStands, one after another.
const (
	plantedLines = 200
	lineStands   = 2 * time.Second
)

// plain are lines that no list holds: they stand between the planted ones, so
// that false hits are looked for where there is text.
var plain = []string{
	"你怎么现在才来？", "我在雨里等了你三年", "明天一早就出发", "妈，我回来了", "这件事和他没有关系", "把门打开，让我进去", "董事会已经散了", "医生说她会好起来的",
	"Where have you been?", "I waited for you in the rain", "We leave in the morning", "This has nothing to do with him", "Nobody told me about the letter", "She will be fine",
}

// measureOCR burns listed words into real pictures, in three sizes, outlined and
// boxed, reads the frames as media keeps them and counts what is found.
func measureOCR(ctx context.Context, b *bench) error {
	matcher, err := lexicon.Compile(lexicon.Builtin()...)
	if err != nil {
		return err
	}
	sources, err := b.pictures(ctx)
	if err != nil {
		return err
	}
	total := plantedLines
	if b.quick {
		total = plantedLines / 5
	}
	var words [2][]planted // Chinese, English
	for i, l := range lexicon.Builtin() {
		for _, e := range l.Entries {
			for _, t := range e.Texts {
				words[min(i, 1)] = append(words[min(i, 1)], planted{entry: e.ID, text: t})
			}
		}
	}
	pick := rand.New(rand.NewPCG(1, 2))
	var lines, falses, frames int
	var missed []string
	var film, reading, tess time.Duration
	styles := map[string][2]int{}
	for s, source := range sources {
		n := total*(s+1)/len(sources) - total*s/len(sources)
		cast := make([]planted, n)
		kinds := make([]string, n)
		var filters []string
		for i := range cast {
			of := words[pick.IntN(2)]
			p := of[pick.IntN(len(of))]
			p.begins = time.Duration(2*i) * lineStands
			p.ends = p.begins + lineStands
			size, boxed := []int{44, 60, 80}[(lines+i)%3], (lines+i)/3%2 == 1
			kinds[i] = fmt.Sprintf("%d px %s", size, map[bool]string{true: "boxed", false: "outlined"}[boxed])
			for k, text := range []string{carried(p.text, size), plain[pick.IntN(len(plain))]} {
				f, err := b.burn(s, 2*i+k, text, size, boxed)
				if err != nil {
					return err
				}
				filters = append(filters, f)
			}
			cast[i] = p
		}
		lines += n
		length := time.Duration(2*n) * lineStands
		film += length
		stills, err := b.stills(ctx, source, strings.Join(filters, ","), length)
		if err != nil {
			return err
		}
		began := processorTime()
		got, used, err := ocr.Read(ctx, b.dir, ocr.Frames(bytes.NewReader(stills)))
		if err != nil {
			return err
		}
		reading += processorTime() - began
		tess += used.Tesseract
		frames += used.Frames
		for _, l := range got {
			for _, r := range l.Readings {
				for _, h := range matcher.Find(r.Text) {
					mine := false
					for i := range cast {
						p := &cast[i]
						if l.From < p.ends && l.To >= p.begins && h.Entry == p.entry {
							p.found, mine = true, true
						}
					}
					if !mine {
						falses++
						fmt.Fprintf(os.Stderr, "false: %s at %v in %q (%.0f)\n", h.Entry, l.From, r.Text, r.Sure)
					}
				}
			}
		}
		for i, p := range cast {
			k := styles[kinds[i]]
			k[1]++
			if p.found {
				k[0]++
			} else {
				missed = append(missed, p.text+" ("+kinds[i]+")")
			}
			styles[kinds[i]] = k
		}
	}
	var by []string
	for _, size := range []int{44, 60, 80} {
		for _, style := range []string{"outlined", "boxed"} {
			k := styles[fmt.Sprintf("%d px %s", size, style)]
			by = append(by, fmt.Sprintf("%d px %s %d of %d", size, style, k[0], k[1]))
		}
	}
	fmt.Fprintln(os.Stderr, "missed:", strings.Join(missed, ", "))
	perFrame := (reading + tess).Seconds() / float64(frames)
	b.add(row{"planted lines that are not found by their entry", 100 * float64(len(missed)) / float64(lines), "%",
		fmt.Sprintf("%d of %d found over %d sources; sizes on 1080×1920: %s", lines-len(missed), lines, len(sources), strings.Join(by, ", ")), 10, false})
	b.add(row{"false hits an hour", float64(falses) / film.Hours(), "", fmt.Sprintf("%d in %.1f minutes, half of them with other lines burned in", falses, film.Minutes()), 1, false})
	const looked = 2 * 6000 // frames of 100 minutes, if media kept every one it looks at
	b.add(row{"reading the frames of 100 minutes on two cores", perFrame * looked / 2 / 60, "min",
		fmt.Sprintf("%.3f CPU-s a frame of 540×960 (%.3f of it tesseract's), %d frames, times %d", perFrame, tess.Seconds()/float64(frames), frames, looked), 20, false})
	return nil
}

// processorTime is what this process itself has used.
func processorTime() time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// pictures answers what lies behind the lines: real clips and an episode of the
// theatre.
func (b *bench) pictures(ctx context.Context) ([]string, error) {
	first, err := film(ctx)
	if err != nil {
		return nil, err
	}
	out := []string{first}
	for _, name := range []string{"sintel_trailer_720p.mp4", "people_10fps_silent_139s.mp4"} {
		if path := filepath.Join(os.Getenv("CLIFFHANGER_TESTDATA"), "media", name); exists(path) {
			out = append(out, path)
		}
	}
	stories, err := demo.Stories()
	if err != nil {
		return nil, err
	}
	master, err := demo.Perform(ctx, demo.Performance{Drama: stories[0], Episode: 1, Dir: b.dir})
	if err != nil {
		return nil, err
	}
	return append(out, master.Video), nil
}

// carried puts a word into a sentence that fits the picture.
func carried(word string, size int) string {
	text := "She said " + word + " again"
	width := size / 2
	if word[0] >= utf8.RuneSelf {
		text, width = "他说"+word+"吧", size
	}
	if utf8.RuneCountInString(text)*width > 1000 {
		return word
	}
	return text
}

// burn answers the filter that shows a text in turn n.
func (b *bench) burn(source, n int, text string, size int, boxed bool) (string, error) {
	name := filepath.Join(b.dir, fmt.Sprintf("line-%d-%d.txt", source, n))
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		return "", err
	}
	style := fmt.Sprintf("borderw=%d:bordercolor=black", size/12)
	if boxed {
		style = "box=1:boxcolor=black@0.6:boxborderw=16"
	}
	from := (time.Duration(n) * lineStands).Seconds()
	return fmt.Sprintf("drawtext=fontfile=/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc:textfile=%s:expansion=none:fontsize=%d:fontcolor=white:%s:x=(w-tw)/2:y=h*0.78:enable='gte(t,%g)*lt(t,%g)'",
		name, size, style, from, from+lineStands.Seconds()), nil
}

// stills makes the tar of frames that media would keep of a source with lines.
func (b *bench) stills(ctx context.Context, source, filters string, length time.Duration) ([]byte, error) {
	dir, err := os.MkdirTemp(b.dir, "stills-")
	if err != nil {
		return nil, err
	}
	err = ffmpeg(ctx, "-stream_loop", "-1", "-i", source, "-t", fmt.Sprint(length.Seconds()), "-an",
		"-vf", "fps=2:round=down,crop='min(iw,ih*9/16)':ih,scale=1080:1920,setsar=1,"+filters+",scale=540:960,format=yuvj420p", "-q:v", "4", filepath.Join(dir, "%06d.jpg"))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for i := 1; ; i++ {
		p, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%06d.jpg", i)))
		if os.IsNotExist(err) {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := w.WriteHeader(&tar.Header{Name: fmt.Sprintf("%09d.jpg", (i-1)*500), Mode: 0o644, Size: int64(len(p))}); err != nil {
			return nil, err
		}
		if _, err := w.Write(p); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), w.Close()
}
