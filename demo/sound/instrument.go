package sound

import (
	"math"
	"math/rand"
)

// tone renders a sound from its value at a time in seconds.
func tone(seconds float64, value func(t float64) float64) []float32 {
	samples := make([]float32, int(seconds*Rate))
	for i := range samples {
		samples[i] = float32(value(float64(i) / Rate))
	}
	return samples
}

func sine(cycles float64) float64 { return math.Sin(2 * math.Pi * cycles) }

// pluck is a Karplus-Strong string; brightness 0..1 is how hard it is plucked.
func pluck(pitch, seconds, brightness float64, random *rand.Rand) []float32 {
	loop := make([]float32, max(2, int(Rate/pitch)))
	var smooth float32
	for i := range loop {
		smooth += (float32(random.Float64()*2-1) - smooth) * float32(brightness)
		loop[i] = smooth
	}
	samples := make([]float32, int(seconds*Rate))
	for i := range samples {
		here, next := i%len(loop), (i+1)%len(loop)
		samples[i] = loop[here]
		loop[here] = (loop[here] + loop[next]) * .5 * .9968
	}
	return samples
}

// piano is an electric piano: two operators, the upper one fading first.
func piano(pitch, seconds float64) []float32 {
	return tone(seconds, func(t float64) float64 {
		strike := 1.4 * math.Exp(-t*4) * sine(pitch*2*t)
		return math.Sin(2*math.Pi*pitch*t+strike) * math.Exp(-t*1.7) * math.Min(1, t*200)
	})
}

// drum falls in pitch as its skin relaxes; decay is per second.
func drum(pitch, decay float64) []float32 {
	cycles := 0.0
	return tone(1.2, func(t float64) float64 {
		cycles += pitch * (1 + 1.6*math.Exp(-t*28)) / Rate
		return sine(cycles) * math.Exp(-t*decay)
	})
}

// gong has the inharmonic partials of a plate.
func gong(pitch float64) []float32 {
	partials := []float64{1, 1.483, 1.932, 2.546, 2.63, 3.38, 4.14, 5.2}
	return tone(3.2, func(t float64) float64 {
		sum := 0.0
		for i, ratio := range partials {
			sum += sine(pitch*ratio*t*(1-.01*t)) * math.Exp(-t*(1.1+float64(i)*.5)) / (1 + float64(i)*.5)
		}
		return sum * .4 * math.Min(1, t*90)
	})
}

// block is a wood block.
func block(pitch float64) []float32 {
	return tone(.125, func(t float64) float64 { return sine(pitch*t) * math.Exp(-t*60) })
}

// riser is a rush of air that grows for a second.
func riser(random *rand.Rand) []float32 {
	smooth := 0.0
	return tone(1.1, func(t float64) float64 {
		smooth += (random.Float64()*2 - 1 - smooth) * (.02 + .3*t*t)
		return smooth * t * t * .5
	})
}
