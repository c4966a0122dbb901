package sound

// Score is what an episode sounds like. Times are seconds.
type Score struct {
	Style   string // of the music; see HasStyle
	Weather string
	Seed    int64 // the drama's
	Episode int
	Length  float64
	Title   float64 // when the title plate falls
	Cliff   float64 // when the lamp turns
	Lines   []Line
}

// Line is a clip on the clock, from the left (-1) or the right (1).
type Line struct {
	Start float64
	Clip  Clip
	Side  float64
}

// target loudness of a film, in LUFS.
const target = -16

// Perform plays the score and masters it.
func (s Score) Perform() *Mix {
	b := newBand(s.Style, s.Seed, s.Episode)
	m := NewMix(s.Length)
	b.ambience(m, s.Weather)
	music := b.play(s.Length, s.Cliff)
	m.under(music, s.speak(m))
	s.punctuate(m, b)
	m.Master(target)
	return m
}

// speak lays the voices into a small room and returns where there are any.
func (s Score) speak(m *Mix) (voiced []float32) {
	voiced = make([]float32, len(m.Left))
	for _, line := range s.Lines {
		pan := line.Side * .12
		m.add(line.Start, line.Clip.Samples, 1, pan)
		for i, delay := range []float64{.031, .047, .071, .103} { // walls
			m.add(line.Start+delay, line.Clip.Samples, .11/(1+float64(i)*.5), pan*-3)
		}
		first := max(0, int((line.Start-.1)*Rate))
		last := min(len(voiced), int((line.Start+line.Clip.Seconds()+.1)*Rate))
		for i := first; i < last; i++ {
			voiced[i] = 1
		}
	}
	return voiced
}

// punctuate strikes the drum that opens, the gong of the title and the blow of
// the cliff, after which a heart beats.
func (s Score) punctuate(m *Mix, b *band) {
	m.add(0, drum(58, 5), .55, 0)
	m.add(s.Title+.1, gong(174), .34, 0)
	m.add(s.Title+.1, drum(70, 6), .5, 0)
	for i := range 5 {
		m.add(s.Title-.02+float64(i)*.028, block(1300), .1, .2)
	}
	m.add(s.Cliff-1.1, riser(b.random), .5, 0)
	m.add(s.Cliff, drum(44, 2.4), .8, 0)
	m.add(s.Cliff+.02, gong(98), .4, 0)
	m.add(s.Cliff, pluck(b.pitch(-5)/2, 2.6, .9, b.random), .5, 0)
	for t := s.Cliff + .9; t < s.Length-.3; t += .85 {
		m.add(t, drum(50, 12), .5, 0)
		m.add(t+.2, drum(46, 14), .36, 0)
	}
}
