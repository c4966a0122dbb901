package ocr

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// stills makes a tar as media keeps it, of pictures that move behind lines that
// stand for two seconds each.
func stills(t *testing.T, lines ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	var filters []string
	for i, text := range lines {
		name := filepath.Join(dir, fmt.Sprintf("%d.txt", i))
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		style := []string{"borderw=3:bordercolor=black", "box=1:boxcolor=black@0.6:boxborderw=8"}[i%2]
		filters = append(filters, fmt.Sprintf("drawtext=fontfile=/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc:textfile=%s:expansion=none:fontsize=32:fontcolor=white:%s:x=(w-tw)/2:y=740:enable='gte(t,%d)*lt(t,%d)'", name, style, 2*i, 2*i+2))
	}
	source := fmt.Sprintf("mandelbrot=s=540x960:r=2:maxiter=200:end_scale=0.05,trim=duration=%d", 2*len(lines))
	out, err := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-vf", strings.Join(filters, ",")+",format=yuvj420p", "-q:v", "4", filepath.Join(dir, "%d.jpg")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 1; ; i++ {
		p, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%d.jpg", i)))
		if err != nil {
			break
		}
		add(t, w, fmt.Sprintf("%09d.jpg", (i-1)*500), p)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func add(t *testing.T, w *tar.Writer, name string, b []byte) {
	t.Helper()
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(b))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
}

func TestLinesAreReadWithTheirTimes(t *testing.T) {
	want := []string{"他在雨里等了三年", "online casino tonight", "地下赌场在前面"}
	got, used, err := Read(context.Background(), t.TempDir(), Frames(bytes.NewReader(stills(t, want...))))
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range want {
		found := false
		from := time.Duration(2*i) * time.Second
		for _, l := range got {
			for _, r := range l.Readings {
				if strings.Contains(r.Text, text) {
					found = true
					if l.From != from || l.To != from+1500*time.Millisecond {
						t.Errorf("%q stands from %v to %v, not from %v for 1.5 s", text, l.From, l.To, from)
					}
				}
			}
		}
		if !found {
			t.Errorf("%q is not read: %+v", text, got)
		}
	}
	// A line that stays is read once each way, not on each of its four frames.
	if used.Frames != 12 || used.Pictures != len(ways)*len(got) {
		t.Errorf("%+v for %d lines", used, len(got))
	}
}

func TestWhatIsNoFrameIsAnError(t *testing.T) {
	for name, tt := range map[string]struct {
		file string
		body []byte
		says string
	}{
		"a name":    {"first.jpg", nil, "is no still"},
		"below 0":   {"-5.jpg", nil, "is no still"},
		"no JPEG":   {"000000500.jpg", []byte("GIF89a"), "the frame at 500ms"},
		"too large": {"000000500.jpg", make([]byte, maxFrame+1), "is no still"},
	} {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		add(t, w, tt.file, tt.body)
		if _, _, err := Read(context.Background(), t.TempDir(), Frames(&b)); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %q", name, err, tt.says)
		}
	}
	if _, _, err := Read(context.Background(), t.TempDir(), Frames(strings.NewReader("no tar at all"))); err == nil {
		t.Error("no tar: no error")
	}
}

func TestTheTableIsRead(t *testing.T) {
	const head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
	row := func(level, page, conf, text string) string {
		return level + "\t" + page + "\t1\t1\t1\t1\t0\t0\t9\t9\t" + conf + "\t" + text + "\n"
	}
	got, err := parse(head+row("1", "1", "-1", "")+row("5", "1", "96.5", "冰")+row("5", "1", "90", "毒")+row("5", "2", "80", "bad")+row("5", "2", "60", "word"), 3)
	if err != nil {
		t.Fatal(err)
	}
	if a, b, c := join(got[0]), join(got[1]), join(got[2]); a != (Reading{"冰毒", 93.25}) || b != (Reading{"bad word", 70}) || c != (Reading{}) {
		t.Errorf("%v, %v, %v", a, b, c)
	}
	for _, bad := range []string{row("5", "4", "1", "x"), row("5", "0", "1", "x"), row("5", "1", "sure", "x")} {
		if _, err := parse(bad, 3); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t96.5\t冰\n", 2)
	f.Fuzz(func(t *testing.T, table string, pages int) {
		if pages < 0 || pages > 100 {
			return
		}
		words, err := parse(table, pages)
		if err == nil && len(words) != pages {
			t.Fatalf("%d pages of %d", len(words), pages)
		}
		for _, w := range words {
			join(w)
		}
	})
}
