package ocr

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"cliffhanger/internal/platform/fence"
)

// word is one word tesseract read, with its confidence from 0 to 100.
type word struct {
	text string
	sure float64
}

// tesseract reads pictures of single lines, many to a process: loading the
// language costs more than reading a line. It answers the words of each.
func tesseract(ctx context.Context, dir, languages string, pictures []*image.Gray) ([][]word, fence.Usage, error) {
	if len(pictures) == 0 {
		return nil, fence.Usage{}, nil
	}
	dir, err := os.MkdirTemp(dir, "lines-")
	if err != nil {
		return nil, fence.Usage{}, err
	}
	defer os.RemoveAll(dir)
	var list strings.Builder
	for i, p := range pictures {
		name := fmt.Sprintf("%05d.png", i)
		if err := writePNG(filepath.Join(dir, name), p); err != nil {
			return nil, fence.Usage{}, err
		}
		list.WriteString(name + "\n")
	}
	if err := os.WriteFile(filepath.Join(dir, "list.txt"), []byte(list.String()), 0o600); err != nil {
		return nil, fence.Usage{}, err
	}
	var out bytes.Buffer
	usage, err := fence.Run(ctx, fence.Command{
		Name: "tesseract", Args: args(languages), Dir: dir, Stdout: &limited{Buffer: &out, left: 64 << 20},
		// Its threads wait for each other more than they work.
		Env:    []string{"OMP_THREAD_LIMIT=1"},
		Limits: fence.Limits{Time: time.Minute + time.Duration(len(pictures))*2*time.Second, Memory: 1 << 30, File: 64 << 20, Nice: 10},
	})
	if err != nil {
		return nil, usage, err
	}
	words, err := parse(out.String(), len(pictures))
	return words, usage, err
}

func args(languages string) []string {
	return []string{"list.txt", "stdout", "-l", languages, "--oem", "1", "--psm", "7", "--dpi", "150", "-c", "tessedit_create_tsv=1"}
}

func writePNG(path string, p image.Image) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(f, p); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// limited takes so many bytes and refuses more.
type limited struct {
	*bytes.Buffer
	left int
}

func (l *limited) Write(b []byte) (int, error) {
	if l.left -= len(b); l.left < 0 {
		return 0, fmt.Errorf("tesseract writes too much")
	}
	return l.Buffer.Write(b)
}

// parse reads tesseract's table: twelve columns, of which the first is the level
// (5 is a word), the second the page, the eleventh the confidence.
func parse(table string, pages int) ([][]word, error) {
	out := make([][]word, pages)
	for line := range strings.Lines(table) {
		f := strings.SplitN(strings.TrimRight(line, "\n"), "\t", 12)
		if len(f) != 12 || f[0] != "5" {
			continue
		}
		page, err := strconv.Atoi(f[1])
		if err != nil || page < 1 || page > pages {
			return nil, fmt.Errorf("tesseract names page %q of %d", f[1], pages)
		}
		sure, err := strconv.ParseFloat(f[10], 64)
		if err != nil {
			return nil, fmt.Errorf("tesseract gives a confidence of %q", f[10])
		}
		if text := strings.TrimSpace(f[11]); text != "" {
			out[page-1] = append(out[page-1], word{text, sure})
		}
	}
	return out, nil
}
