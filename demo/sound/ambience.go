package sound

import "math"

// ambience is the air of the place: rain, wind, crickets, the hum of a house.
func (b *band) ambience(m *Mix, weather string) {
	var slow, slower float64
	for i := range m.Left {
		t := float64(i) / Rate
		noise := b.random.Float64()*2 - 1
		var v float64
		switch weather {
		case "rain":
			slow += (noise - slow) * .35
			slower += (slow - slower) * .04
			v = (slow - slower) * .07
		case "snow":
			slow += (noise - slow) * (.012 + .008*math.Sin(t*.9))
			v = slow * .5
		case "petals", "embers":
			slow += (noise - slow) * .02
			cricket := .006 * sine(4200*t) * math.Max(0, sine(17*t)) * math.Max(0, sine(.4*t))
			v = slow*.12 + cricket
		default:
			slow += (noise - slow) * .01
			v = slow*.2 + .012*sine(60*t)
		}
		m.Left[i] += float32(v)
		m.Right[i] += float32(v * .9)
	}
}
