package sound

import "math"

// biquad is a second-order filter in direct form I.
type biquad struct{ b0, b1, b2, a1, a2, x1, x2, y1, y2 float64 }

func (q *biquad) next(x float64) float64 {
	y := q.b0*x + q.b1*q.x1 + q.b2*q.x2 - q.a1*q.y1 - q.a2*q.y2
	q.x2, q.x1, q.y2, q.y1 = q.x1, x, q.y1, y
	return y
}

// weighting is the K filter of ITU-R BS.1770-4 at 48 kHz: a shelf for the head
// and a high pass.
func weighting() (shelf, highPass biquad) {
	return biquad{b0: 1.53512485958697, b1: -2.69169618940638, b2: 1.19839281085285, a1: -1.69065929318241, a2: .73248077421585},
		biquad{b0: 1, b1: -2, b2: 1, a1: -1.99004745483398, a2: .99007225036621}
}

// LUFS is the integrated loudness after ITU-R BS.1770-4: 400-ms blocks every
// 100 ms, gated at -70 LUFS and then 10 LU below what is left.
func (m *Mix) LUFS() float64 {
	const step = Rate / 10
	energy := make([]float64, len(m.Left)/step+1)
	for _, channel := range [][]float32{m.Left, m.Right} {
		shelf, highPass := weighting()
		for i, v := range channel {
			y := highPass.next(shelf.next(float64(v)))
			energy[i/step] += y * y
		}
	}
	var blocks []float64
	for i := 0; i+4 <= len(m.Left)/step; i++ {
		blocks = append(blocks, (energy[i]+energy[i+1]+energy[i+2]+energy[i+3])/(4*step))
	}
	return gated(blocks, gated(blocks, -70)-10)
}

// gated is the loudness of the blocks louder than a threshold.
func gated(blocks []float64, threshold float64) float64 {
	sum, count := 0.0, 0
	for _, b := range blocks {
		if lufs(b) > threshold {
			sum += b
			count++
		}
	}
	return lufs(sum / float64(max(1, count)))
}

func lufs(power float64) float64 { return -.691 + 10*math.Log10(power+1e-12) }

// The limiter is linear up to its knee and never reaches its ceiling. AAC at
// 96 kbit/s overshoots by up to 1.2 dB at the blow of a cliff: this ceiling,
// -2.7 dBFS, keeps the decoded true peak below -1 dBTP.
const (
	knee    = .5
	ceiling = .73
)

func limit(v float32) float32 {
	size := math.Abs(float64(v))
	if size < knee {
		return v
	}
	return float32(math.Copysign(knee+(ceiling-knee)*math.Tanh((size-knee)/(ceiling-knee)), float64(v)))
}

// Master brings the recording to a loudness in LUFS through the limiter, and
// rounds off both ends. Silence stays silence.
func (m *Mix) Master(target float64) {
	for range 2 { // the limiter takes some back
		loud := m.LUFS()
		if loud < -70 {
			return
		}
		gain := float32(math.Pow(10, (target-loud)/20))
		for i := range m.Left {
			m.Left[i], m.Right[i] = limit(m.Left[i]*gain), limit(m.Right[i]*gain)
		}
	}
	const fadeIn, fadeOut = .008 * Rate, .12 * Rate
	for i := range m.Left {
		gain := float32(math.Min(1, math.Min(float64(i)/fadeIn, float64(len(m.Left)-i)/fadeOut)))
		m.Left[i] *= gain
		m.Right[i] *= gain
	}
}
