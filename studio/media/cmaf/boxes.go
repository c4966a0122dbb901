package cmaf

import (
	"fmt"
)

// trex are the defaults a movie gives to its fragments.
type trex struct {
	duration, size, flags uint32
}

// movie reads a moov with exactly one track.
func (t *Track) movie(moov []byte) (trex, error) {
	c := cursor{p: moov}
	var trak []byte
	for {
		name, body, ok := c.child()
		if !ok {
			break
		}
		if name == "trak" {
			if trak != nil {
				return trex{}, bad("more than one track")
			}
			trak = body
		}
	}
	mdhd := cursor{p: find(trak, "mdia", "mdhd")}
	version, _ := mdhd.full()
	mdhd.skip(8 << min(version, 1)) // creation and modification time
	t.Timescale = mdhd.u32()
	if mdhd.short || t.Timescale == 0 {
		return trex{}, bad("no time scale")
	}
	x := cursor{p: find(moov, "mvex", "trex")}
	x.skip(12) // version, track, sample description
	def := trex{duration: x.u32(), size: x.u32(), flags: x.u32()}
	if x.short {
		return trex{}, bad("not fragmented")
	}
	stsd := cursor{p: find(trak, "mdia", "minf", "stbl", "stsd")}
	stsd.skip(8)
	name, entry, ok := stsd.child()
	if !ok {
		return trex{}, bad("no sample description")
	}
	return def, t.sampleEntry(name, entry)
}

// sampleEntry reads the codec. Protected entries (encv, enca) carry the clear
// name inside sinf/frma.
func (t *Track) sampleEntry(name string, p []byte) error {
	c := cursor{p: p}
	c.skip(8) // reserved, data reference
	video := name == "avc1" || name == "avc3" || name == "av01" || name == "encv"
	if video {
		c.skip(16)
		t.W, t.H = int(c.u16()), int(c.u16())
		c.skip(50)
		t.Kind, t.Range = Video, SDR
	} else {
		c.skip(8)
		t.Channels = int(c.u16())
		c.skip(6)
		t.Rate = int(c.u32() >> 16)
		t.Kind = Audio
	}
	if c.short {
		return bad("sample description %q is cut off", name)
	}
	if name == "encv" || name == "enca" {
		t.Protected = true
		name = string(find(c.p, "sinf", "frma"))
	}
	switch name {
	case "avc1", "avc3":
		a := cursor{p: find(c.p, "avcC")}
		a.skip(1)
		if t.Codec = fmt.Sprintf("%s.%02x%02x%02x", name, a.u8(), a.u8(), a.u8()); a.short {
			return bad("no avcC")
		}
	case "av01":
		if err := t.av1(find(c.p, "av1C")); err != nil {
			return err
		}
	case "mp4a":
		if t.Codec = aacCodec(find(c.p, "esds")); t.Codec == "" {
			return bad("no AAC configuration")
		}
	default:
		return bad("codec %q", name)
	}
	t.colour(find(c.p, "colr"))
	if t.Kind == Video && (t.W == 0 || t.H == 0) {
		return bad("picture of %dx%d", t.W, t.H)
	}
	return nil
}

// av1 writes the short form of the codec string (AV1 in ISOBMFF 5), which is
// enough for 4:2:0; colour is added where it is not the default.
func (t *Track) av1(p []byte) error {
	c := cursor{p: p}
	c.skip(1)
	b1, b2 := c.u8(), c.u8()
	if c.short {
		return bad("no av1C")
	}
	tier, depth := "M", 8
	if b2&0x80 != 0 {
		tier = "H"
	}
	if b2&0x40 != 0 {
		depth = 10
		if b2&0x20 != 0 {
			depth = 12
		}
	}
	t.Codec = fmt.Sprintf("av01.%d.%02d%s.%02d", b1>>5, b1&0x1f, tier, depth)
	return nil
}

// colour reads the transfer curve: 16 is PQ, 18 is HLG (ISO/IEC 23091-2).
func (t *Track) colour(p []byte) {
	c := cursor{p: p}
	if kind := string(c.take(4)); kind != "nclx" && kind != "nclc" {
		return
	}
	primaries, curve, matrix := c.u16(), c.u16(), c.u16()
	if c.short {
		return
	}
	switch curve {
	case 16:
		t.Range = PQ
	case 18:
		t.Range = HLG
	default:
		return
	}
	if len(t.Codec) > 4 && t.Codec[:4] == "av01" {
		t.Codec += fmt.Sprintf(".0.110.%02d.%02d.%02d.0", primaries, curve, matrix)
	}
}

// aacCodec finds the object type in an esds (14496-1 7.2.6): descriptor 4 with
// the kind of stream, in it descriptor 5, whose first five bits say which AAC.
func aacCodec(p []byte) string {
	c := cursor{p: p}
	c.skip(4)
	var object uint8
	for !c.short {
		tag, n := c.u8(), 0
		for range 4 {
			b := c.u8()
			n = n<<7 | int(b&0x7f)
			if b&0x80 == 0 {
				break
			}
		}
		switch tag {
		case 3:
			c.skip(2)
			flags := c.u8()
			if flags&0x80 != 0 {
				c.skip(2)
			}
			if flags&0x40 != 0 {
				c.skip(int(c.u8()))
			}
			if flags&0x20 != 0 {
				c.skip(2)
			}
		case 4:
			object = c.u8()
			c.skip(12)
		case 5:
			aot := c.u8() >> 3
			if c.short || object != 0x40 || aot == 0 || aot == 31 {
				return ""
			}
			return fmt.Sprintf("mp4a.40.%d", aot)
		default:
			c.skip(n)
		}
	}
	return ""
}

// sidx is an index box without what nobody reads.
type sidx struct {
	version    uint8
	timescale  uint32
	ept, first uint64 // earliest presentation time; gap between index and media
	refs       []ref
}

type ref struct {
	size, duration, sap uint32
}

func parseSidx(p []byte) (sidx, error) {
	c := cursor{p: p}
	var x sidx
	x.version, _ = c.full()
	c.skip(4)
	x.timescale = c.u32()
	x.ept, x.first = c.wide(x.version), c.wide(x.version)
	c.skip(2)
	n := int(c.u16())
	if c.short || 12*n > len(c.p) || n == 0 || x.first > 1<<40 {
		return x, bad("index of %d segments in %d bytes", n, len(p))
	}
	x.refs = make([]ref, n)
	for i := range x.refs {
		size := c.u32()
		if size>>31 == 1 {
			return x, bad("an index of indexes")
		}
		x.refs[i] = ref{size, c.u32(), c.u32()}
	}
	return x, nil
}

// fragment is what one moof says about its samples.
type fragment struct {
	decode   uint64 // decode time of the first sample
	samples  uint32
	duration uint64
	earliest int64 // least presentation time, against decode
	sync     bool
}

// parseFragment reads a moof with exactly one track. Its runs say as many bytes
// a sample as their flags, so their count is checked against what is there.
func parseFragment(moof []byte, def trex) (fragment, error) {
	var f fragment
	traf := find(moof, "traf")
	h := cursor{p: find(traf, "tfhd")}
	_, flags := h.full()
	h.skip(4)
	for _, skip := range []struct {
		bit uint32
		n   int
	}{{0x1, 8}, {0x2, 4}} {
		if flags&skip.bit != 0 {
			h.skip(skip.n)
		}
	}
	for _, o := range []struct {
		bit uint32
		to  *uint32
	}{{0x8, &def.duration}, {0x10, &def.size}, {0x20, &def.flags}} {
		if flags&o.bit != 0 {
			*o.to = h.u32()
		}
	}
	d := cursor{p: find(traf, "tfdt")}
	version, _ := d.full()
	f.decode = d.wide(version)
	if h.short || d.short {
		return f, bad("fragment without header or time")
	}
	c := cursor{p: traf}
	for {
		name, body, ok := c.child()
		if !ok {
			return f, nil
		}
		if name == "trun" {
			if err := f.run(body, def); err != nil {
				return f, err
			}
		}
	}
}

// run adds one trun.
func (f *fragment) run(p []byte, def trex) error {
	c := cursor{p: p}
	version, flags := c.full()
	n := c.u32()
	if flags&0x1 != 0 {
		c.skip(4)
	}
	firstFlags := def.flags
	if flags&0x4 != 0 {
		firstFlags = c.u32()
	}
	each := 0
	for _, bit := range []uint32{0x100, 0x200, 0x400, 0x800} {
		if flags&bit != 0 {
			each += 4
		}
	}
	// A run without fields of its own could claim any number of samples.
	if c.short || uint64(n)*uint64(each) > uint64(len(c.p)) || each == 0 && n > 1<<20 {
		return bad("a run of %d samples in %d bytes", n, len(c.p))
	}
	if each == 0 && n > 0 {
		f.first(0, firstFlags)
		f.samples += n
		f.duration += uint64(n) * uint64(def.duration)
		return nil
	}
	for i := range n {
		dur, fl, shift := def.duration, def.flags, int64(0)
		if i == 0 {
			fl = firstFlags
		}
		if flags&0x100 != 0 {
			dur = c.u32()
		}
		if flags&0x200 != 0 {
			c.skip(4)
		}
		if flags&0x400 != 0 {
			fl = c.u32()
		}
		if flags&0x800 != 0 {
			if shift = int64(c.u32()); version != 0 {
				shift = int64(int32(shift))
			}
		}
		f.first(int64(f.duration)+shift, fl)
		f.samples++
		f.duration += uint64(dur)
	}
	return nil
}

// first keeps the least presentation time, and of the very first sample whether
// it is a sync sample (its "non-sync" flag is not set).
func (f *fragment) first(at int64, flags uint32) {
	if f.samples == 0 {
		f.earliest, f.sync = at, flags&0x10000 == 0
	}
	f.earliest = min(f.earliest, at)
}
