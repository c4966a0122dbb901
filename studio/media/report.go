package media

import (
	"archive/tar"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"

	"cliffhanger/studio/media/encode"
	"cliffhanger/studio/media/likeness"
	"cliffhanger/studio/media/probe"
	"cliffhanger/studio/media/qc"
)

// Report is what the first pass learned about a master; it is stored as JSON.
type Report struct {
	Probe   probe.Source `json:"probe"`
	Reasons []string     `json:"reasons,omitempty"` // why these renditions
	Scenes  []int64      `json:"scenes,omitempty"`  // where scenes begin, milliseconds
	Sprite  *Sprite      `json:"sprite,omitempty"`  // without its address
	HeadMS  int64        `json:"head_ms,omitempty"`

	Measured *qc.Measured `json:"measured,omitempty"` // what the verdict rests on
	Filled   int64        `json:"filled,omitempty"`   // bytes of scratch an attempt had when the disk ran full
}

// Source is what the master is, for the console.
type Source struct {
	Container  string       `json:"container"`
	DurationMS int64        `json:"duration_ms"`
	Codec      string       `json:"codec"`
	Width      int          `json:"width"`
	Height     int          `json:"height"`
	FPS        float64      `json:"fps"`
	VFR        bool         `json:"vfr" doc:"The frame rate varies."`
	Rotation   int          `json:"rotation"`
	HDR        string       `json:"hdr" enum:"sdr,hlg,pq,dv"`
	Interlaced bool         `json:"interlaced"`
	Audio      *SourceAudio `json:"audio"`
}

// SourceAudio is the sound of the master.
type SourceAudio struct {
	Codec    string `json:"codec"`
	Rate     int    `json:"rate"`
	Channels int    `json:"channels"`
}

func sourceOf(r Report) *Source {
	p := r.Probe
	if p.Video.Codec == "" {
		return nil
	}
	s := &Source{
		Container: string(p.Container), DurationMS: p.Duration.Milliseconds(), Codec: p.Video.Codec,
		Width: p.Video.Size.W, Height: p.Video.Size.H, FPS: p.Video.Average.Float(), VFR: p.Video.Variable,
		Rotation: p.Video.Rotation, HDR: string(p.Video.HDR), Interlaced: p.Video.Interlace,
	}
	if a := p.Audio; a != nil {
		s.Audio = &SourceAudio{a.Codec, a.Rate, a.Channels}
	}
	return s
}

// maxPosters is how many poster candidates are kept, spread over the work.
const maxPosters = 8

// derive gathers the pictures and fingerprints the job left in its folder.
func (r *run) derive(job encode.Job, report *Report, print []byte) ([]made, error) {
	d, err := encode.Collect(r.dir, job)
	if err != nil {
		return nil, err
	}
	var out []made
	for i, name := range d.Sprites {
		out = append(out, made{Rendition{Name: fmt.Sprintf("sprite-%d", i+1), Kind: kindSprite, Width: d.Thumb.W, Height: d.Thumb.H}, filepath.Join(r.dir, name)})
	}
	if len(d.Sprites) > 0 {
		report.Sprite = &Sprite{
			IntervalMS: encode.SpriteEvery * 1000, Columns: encode.SpriteColumns, Rows: encode.SpriteRows, Width: d.Thumb.W, Height: d.Thumb.H,
			Count: d.Thumbs(),
		}
	}
	for i, s := range spread(d.Posters, maxPosters) {
		path := filepath.Join(r.dir, s.Name)
		size, err := pictureSize(path)
		if err != nil {
			return nil, err
		}
		out = append(out, made{Rendition{Name: fmt.Sprintf("poster-%d", i+1), Kind: kindPoster, Width: size.Width, Height: size.Height}, path})
	}
	frames := filepath.Join(r.dir, "frames.tar")
	if err := pack(frames, r.dir, d.Frames); err != nil {
		return nil, err
	}
	out = append(out, made{Rendition{Name: "frames", Kind: kindFrames}, frames})
	for _, raw := range []struct {
		name string
		b    []byte
	}{{"likeness-picture", hashes(d.Gray)}, {"likeness-sound", print}} {
		path := filepath.Join(r.dir, raw.name+".bin")
		if len(raw.b) == 0 {
			continue // a silent master
		}
		if err := os.WriteFile(path, raw.b, 0o600); err != nil {
			return nil, err
		}
		out = append(out, made{Rendition{Name: raw.name, Kind: kindLikeness}, path})
	}
	return out, nil
}

func pictureSize(path string) (image.Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return image.Config{}, err
	}
	defer f.Close()
	return jpeg.DecodeConfig(f)
}

// hashes are the hashes of the frames looked at, one after another, as 64-bit
// little-endian numbers.
func hashes(gray []byte) []byte {
	var out []byte
	for _, h := range likeness.Hashes(gray) {
		out = binary.LittleEndian.AppendUint64(out, h)
	}
	return out
}

// spread picks at most n of a list, evenly.
func spread[T any](list []T, n int) []T {
	if len(list) <= n {
		return list
	}
	out := make([]T, n)
	for i := range out {
		out[i] = list[i*(len(list)-1)/(n-1)]
	}
	return out
}

// pack writes the frames into one tar, each under its time in milliseconds. The
// same frames make the same bytes.
func pack(to, dir string, frames []encode.Still) (err error) {
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	w := tar.NewWriter(f)
	for _, s := range frames {
		b, err := os.ReadFile(filepath.Join(dir, s.Name))
		if err != nil {
			return err
		}
		if err := w.WriteHeader(&tar.Header{Name: fmt.Sprintf("%09d.jpg", s.At.Milliseconds()), Mode: 0o644, Size: int64(len(b))}); err != nil {
			return err
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return w.Close()
}
