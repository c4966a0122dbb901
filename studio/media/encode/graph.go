package encode

import (
	"fmt"
	"slices"
	"strings"

	"cliffhanger/studio/media/ladder"
	"cliffhanger/studio/media/probe"
)

// soundIn brings any sound to 48 kHz stereo that begins at 0 and has no holes.
const soundIn = "aresample=48000:async=1:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=stereo"

// primed makes room for the frame an AAC encoder begins with: players take it for
// sound, so everything after it would be late by as much.
const primed = ",atrim=start_sample=1024"

// graph is a filter graph and the pads of its outputs.
type graph struct {
	chains                         []string
	rungs                          []string // pads in the order of Job.Rungs
	sound                          string   // pad, or empty
	sprites, posters, frames, gray string   // pads, or empty
	pads                           int
}

func (g *graph) String() string { return strings.Join(g.chains, ";") }

// chain adds filters from a pad to a new pad.
func (g *graph) chain(from, filters string) string {
	to := g.pad()
	g.chains = append(g.chains, from+filters+to)
	return to
}

func (g *graph) pad() string {
	g.pads++
	return fmt.Sprintf("[p%d]", g.pads)
}

// split copies a pad n times; one copy needs no filter.
func (g *graph) split(from string, n int) []string {
	if n == 1 {
		return []string{from}
	}
	pads := make([]string, n)
	for i := range pads {
		pads[i] = g.pad()
	}
	g.chains = append(g.chains, fmt.Sprintf("%ssplit=%d%s", from, n, strings.Join(pads, "")))
	return pads
}

// graphOf is a cascade: the picture is scaled to the largest rung, that to the
// next smaller one, and so on, because scaling from the source each time reads
// many more pixels. What is derived hangs at the small end.
func graphOf(j Job) *graph {
	g := &graph{rungs: make([]string, len(j.Rungs))}
	v := j.Source.Video
	in := fmt.Sprintf("[0:%d]", v.Index)
	if v.Interlace {
		in = g.chain(in, "bwdif=mode=send_frame")
	}
	var sdr, hdr []int // indexes into Rungs
	for i, r := range j.Rungs {
		if r.HDR == probe.SDR {
			sdr = append(sdr, i)
		} else {
			hdr = append(hdr, i)
		}
	}
	// Largest first, and of the same size the fastest first.
	slices.SortStableFunc(sdr, func(a, b int) int {
		ra, rb := j.Rungs[a], j.Rungs[b]
		if d := rb.Size.Short() - ra.Size.Short(); d != 0 {
			return d
		}
		return int(100 * (rb.Rate.Float() - ra.Rate.Float()))
	})
	branches := len(hdr)
	if len(sdr) > 0 || j.Derive {
		branches++
	}
	pads := g.split(in, max(branches, 1))
	for k, i := range hdr {
		r := j.Rungs[i]
		g.rungs[i] = g.chain(pads[k], steady(r.Rate)+","+scale(r.Size)+",setsar=1,format=yuv420p10le")
	}
	if branches > len(hdr) {
		g.cascade(j, pads[len(hdr)], sdr)
	}
	if j.Sound != nil && j.Source.Audio != nil {
		g.sound = g.chain(fmt.Sprintf("[0:%d]", j.Source.Audio.Index), soundIn+level(*j.Sound)+padTo(j.Source)+primed)
	}
	return g
}

// cascade makes the SDR rungs, largest first, and then what is derived.
func (g *graph) cascade(j Job, pad string, sdr []int) {
	v := j.Source.Video
	if len(sdr) == 0 { // QC alone
		rate := ladder.ConstantRate(v, probe.Rate{Num: 30, Den: 1})
		size := ladder.Fit(v.Size, FrameShort)
		g.derive(g.chain(pad, first(v, rate, size)), size, thumb(v.Size))
		return
	}
	var size probe.Size
	var rate probe.Rate
	var frames bool
	for k, i := range sdr {
		r := j.Rungs[i]
		var filters []string
		switch {
		case k == 0:
			filters = append(filters, first(v, r.Rate, r.Size))
		default:
			if r.Rate != rate {
				filters = append(filters, steady(r.Rate))
			}
			if r.Size != size {
				filters = append(filters, scale(r.Size))
			}
			if len(filters) == 0 {
				filters = append(filters, "null")
			}
		}
		size, rate = r.Size, r.Rate
		here := g.chain(pad, strings.Join(filters, ","))

		next := k+1 < len(sdr)
		// The kept frames come from the smallest rung that is still large enough.
		want := j.Derive && !frames && (!next || j.Rungs[sdr[k+1]].Size.Short() < FrameShort)
		small := j.Derive && !next
		pads := g.split(here, 1+count(next)+count(want)+count(small))
		g.rungs[i], pads = pads[0], pads[1:]
		if want {
			frames = true
			g.stills(pads[0], size, thumb(v.Size))
			pads = pads[1:]
		}
		if small {
			g.small(pads[0], size)
			pads = pads[1:]
		}
		if next {
			pad = pads[0]
		}
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// derive makes everything derived from one pad.
func (g *graph) derive(pad string, size, thumb probe.Size) {
	pads := g.split(pad, 2)
	g.stills(pads[0], size, thumb)
	g.small(pads[1], size)
}

// stills are the frames kept for later checks, only where the picture changed,
// and among them the poster candidates and what is shrunk to thumbnails.
func (g *graph) stills(pad string, size, thumb probe.Size) {
	filters := fmt.Sprintf("fps=%d:round=down", FramesPerSecond)
	if to := ladder.Fit(size, FrameShort); to != size {
		filters += "," + scale(to) + alone
	}
	pads := g.split(g.chain(pad, filters+",format=yuvj420p"), 3)
	g.posters = g.chain(pads[0], fmt.Sprintf("framestep=%d,thumbnail=n=%d", posterStep, posterEvery*FramesPerSecond/posterStep))
	g.frames = g.chain(pads[1], "mpdecimate")
	// The last thumbnail stands also for less than SpriteEvery.
	g.sprites = g.chain(pads[2], fmt.Sprintf("fps=1/%d:round=down:eof_action=pass,%s,tile=%dx%d", SpriteEvery, scale(thumb)+alone, SpriteColumns, SpriteRows))
}

// small is the QC filters, which pass the picture on, and then the hashes.
func (g *graph) small(pad string, size probe.Size) {
	filters := ""
	if to := ladder.Fit(size, qcShort); to != size {
		filters = average(to) + ","
	}
	filters += "blackdetect=d=0.5:pix_th=0.10,freezedetect=n=-60dB:d=1,scdet=t=10"
	filters += fmt.Sprintf(",fps=%d:round=down,", FramesPerSecond)
	g.gray = g.chain(pad, filters+average(probe.Size{W: 9, H: 8})+",format=gray")
}

// thumb is the size of one thumbnail of a sprite sheet.
func thumb(s probe.Size) probe.Size {
	long := max(s.W, s.H)
	even := func(n int) int { return max(2, n*SpriteLong/max(long, 1)&^1) }
	return probe.Size{W: even(s.W), H: even(s.H)}
}

// first is the head of the SDR chain: constant rate, size, and the way from HDR.
func first(v probe.Video, rate probe.Rate, size probe.Size) string {
	s := steady(rate) + ","
	if t := transfer(v.HDR); t != "" {
		// Scaled before it is tone-mapped, which costs by the pixel, in floats.
		return s + fmt.Sprintf("zscale=w=%d:h=%d:pin=bt2020:min=bt2020nc:tin=%s:t=linear:npl=100,format=gbrpf32le,"+
			"zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p,setsar=1", size.W, size.H, t)
	}
	return s + scale(size) + ",setsar=1,format=yuv420p"
}

// steady makes the rate constant from time 0 on, where the sound begins too.
func steady(r probe.Rate) string { return "fps=" + r.String() + ":start_time=0" }

func scale(s probe.Size) string { return fmt.Sprintf("scale=%d:%d:flags=bicubic", s.W, s.H) }

// alone keeps a scaler on one thread: to hand half of a small picture to another
// costs more than to scale it.
const alone = ":threads=1"

// average is the cheapest way down that still looks at every pixel.
func average(s probe.Size) string { return fmt.Sprintf("scale=%d:%d:flags=area", s.W, s.H) + alone }

// level applies the gain. The limiter looks at four times the samples, so that
// peaks between samples count too.
func level(s Sound) string {
	f := ""
	if s.Gain != 0 {
		f = fmt.Sprintf(",volume=%.2fdB", s.Gain)
	}
	if s.Limit {
		// 0.794 is −2 dB: the half decibel below the ceiling is what AAC overshoots.
		f += ",aresample=192000,alimiter=limit=0.794:attack=5:release=50:level=0,aresample=48000"
	}
	return f
}

// padTo fills the sound up to the length of the picture: players wait for the
// missing part otherwise.
func padTo(s probe.Source) string {
	if s.Video.Duration <= 0 {
		return ""
	}
	return fmt.Sprintf(",apad=whole_dur=%dus", s.Video.Duration.Microseconds())
}
