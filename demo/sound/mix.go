package sound

import "math"

// Mix is a stereo recording at Rate; both channels have the same length.
type Mix struct{ Left, Right []float32 }

// NewMix is silence.
func NewMix(seconds float64) *Mix {
	n := int(seconds * Rate)
	return &Mix{make([]float32, n), make([]float32, n)}
}

// add lays samples in at a time; pan is -1 left to 1 right. What lies outside
// the recording is dropped.
func (m *Mix) add(seconds float64, samples []float32, gain, pan float64) {
	start := int(math.Floor(seconds * Rate))
	left, right := float32(gain*math.Min(1, 1-pan)), float32(gain*math.Min(1, 1+pan))
	for i, v := range samples {
		if at := start + i; at >= 0 && at < len(m.Left) {
			m.Left[at] += v * left
			m.Right[at] += v * right
		}
	}
}

// under lays another recording in, quieter where the curve is 1.
func (m *Mix) under(other *Mix, duck []float32) {
	const depth, speed = .5, .0003
	var now float32
	for i := range m.Left {
		now += (duck[i] - now) * speed
		gain := 1 - depth*now
		m.Left[i] += other.Left[i] * gain
		m.Right[i] += other.Right[i] * gain
	}
}
