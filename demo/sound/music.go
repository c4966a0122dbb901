package sound

import (
	"math"
	"math/rand"
)

// style is how a drama's music is played.
type style struct {
	plucked bool // strings; else an electric piano
	scale   [5]float64
	bpm     float64
	blocks  bool // wood blocks off the beat
	drums   bool // a drum on the beat
}

// Pentatonic scales, in semitones.
var (
	yu     = [5]float64{0, 3, 5, 7, 10}
	gongs  = [5]float64{0, 2, 4, 7, 9}
	hirajo = [5]float64{0, 2, 3, 7, 8}
)

var styles = map[string]style{
	"pluck":  {plucked: true, scale: yu, bpm: 84},
	"modern": {scale: yu, bpm: 76},
	"dark":   {scale: hirajo, bpm: 66},
	"sweet":  {scale: gongs, bpm: 88},
	"comic":  {plucked: true, scale: gongs, bpm: 118, blocks: true},
	"epic":   {plucked: true, scale: hirajo, bpm: 92, blocks: true, drums: true},
}

// HasStyle tells whether the musicians know a style.
func HasStyle(name string) bool {
	_, known := styles[name]
	return known
}

// band plays one episode.
type band struct {
	style
	root   float64 // hertz
	motif  [8]int  // the drama's own, in steps of the scale
	random *rand.Rand
}

// newBand finds a drama's motif in its seed; the episode varies it.
func newBand(name string, drama int64, episode int) *band {
	b := &band{style: styles[name], random: rand.New(rand.NewSource(drama*31 + int64(episode)))}
	b.root = 146.83 * math.Pow(2, float64(drama%5)/12) // from D3 up
	walk := rand.New(rand.NewSource(drama))
	step := 5
	for i := range b.motif {
		step = max(2, min(11, step+walk.Intn(5)-2))
		b.motif[i] = step
	}
	return b
}

// pitch of a step of the scale, in hertz.
func (b *band) pitch(step int) float64 {
	octave := math.Floor(float64(step) / 5)
	return b.root * math.Pow(2, octave+b.scale[(step%5+5)%5]/12)
}

// play fills the time up to the cliff; the drone goes on and swells.
func (b *band) play(seconds, cliff float64) *Mix {
	m := NewMix(seconds)
	b.drone(m, cliff)
	half := 30 / b.bpm
	for i, t := 0, .1; t < cliff-.1; i, t = i+1, t+half {
		chance := .62
		if i%4 == 0 {
			chance = 1
		}
		if b.random.Float64() < chance {
			b.melody(m, t, i)
		}
		if i%8 == 0 {
			b.bass(m, t, i/8)
		}
		if b.blocks && i%2 == 1 {
			m.add(t, block(900+float64(i%4)*140), .09, .4)
		}
		if b.drums && i%4 == 0 {
			m.add(t, drum(62, 7), .3, 0)
		}
	}
	return m
}

func (b *band) melody(m *Mix, t float64, beat int) {
	step := b.motif[beat%8]
	if beat/8%2 == 1 && beat%8 > 4 { // every other bar ends differently
		step += b.random.Intn(3) - 1
	}
	pan := b.random.Float64()*.6 - .3
	if b.plucked {
		m.add(t, pluck(b.pitch(step), 1.6, .5, b.random), .26, pan)
		return
	}
	m.add(t, piano(b.pitch(step), 1.8), .085, pan)
}

func (b *band) bass(m *Mix, t float64, bar int) {
	if b.plucked {
		m.add(t, pluck(b.pitch(b.motif[0]-5)/2, 2.4, .3, b.random), .34, 0)
		return
	}
	m.add(t, piano(b.pitch(b.motif[bar%8]-5), 2.6), .1, -.2)
	m.add(t, piano(b.pitch(b.motif[bar%8]-3), 2.6), .07, .2)
}

func (b *band) drone(m *Mix, cliff float64) {
	for i := range m.Left {
		t := float64(i) / Rate
		gain := .03 * math.Min(1, t/2) * (1 + .3*math.Sin(t*.8)) * (1 + math.Max(0, t-cliff)*.8)
		v := float32(gain * (sine(b.root/2*t) + .5*sine(b.root*.7492*t) + .25*sine(b.root*1.003*t)))
		m.Left[i] += v
		m.Right[i] += v
	}
}
