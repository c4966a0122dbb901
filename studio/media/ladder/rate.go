package ladder

import (
	"fmt"
	"math"

	"cliffhanger/studio/media/probe"
)

// standard rates, slowest first.
var standard = []probe.Rate{
	{Num: 24000, Den: 1001}, {Num: 24, Den: 1}, {Num: 25, Den: 1}, {Num: 30000, Den: 1001}, {Num: 30, Den: 1},
	{Num: 48, Den: 1}, {Num: 50, Den: 1}, {Num: 60000, Den: 1001}, {Num: 60, Den: 1},
}

// ConstantRate is the constant rate a picture is brought to: its own where that
// is steady, the standard rate that holds all its frames where it varies, and a
// whole fraction where it is above most.
func ConstantRate(v probe.Video, most probe.Rate) probe.Rate {
	r, avg := v.Nominal, v.Average.Float()
	switch {
	case v.Interlace && v.Average.Den != 0: // nominal may count fields
		r = v.Average
	case avg > 0 && (v.Variable || r.Den == 0):
		if r.Den == 0 || r.Float() < avg || r.Float() > 1.25*avg {
			r = atLeast(avg)
		}
	case r.Den == 0:
		r = probe.Rate{Num: 25, Den: 1}
	}
	return under(snap(r), most)
}

// atLeast is the slowest standard rate that loses no frames on average.
func atLeast(fps float64) probe.Rate {
	for _, s := range standard {
		if s.Float() >= fps*0.99 {
			return s
		}
	}
	return standard[len(standard)-1]
}

// snap takes a rate that a container rounded (2997/100) for the standard one.
func snap(r probe.Rate) probe.Rate {
	best, off := r, 0.0004
	for _, s := range standard {
		if d := math.Abs(r.Float()/s.Float() - 1); d < off {
			best, off = s, d
		}
	}
	return best
}

// under divides r by 2, 3 … until it is at most most, with half a per cent of
// tolerance, so that what is dropped is every second frame and not now and then
// one.
func under(r, most probe.Rate) probe.Rate {
	k := int(math.Ceil(r.Float()/(most.Float()*1.005) - 1e-9))
	if k < 2 {
		return r
	}
	if r.Num%k == 0 {
		return probe.Rate{Num: r.Num / k, Den: r.Den}
	}
	return probe.Rate{Num: r.Num, Den: r.Den * k}
}

func rateReason(v probe.Video, to probe.Rate) string {
	switch {
	case v.Variable:
		return fmt.Sprintf("the frame rate varies (%.4g on average): made constant at %.4g", v.Average.Float(), to.Float())
	case math.Abs(v.Nominal.Float()/to.Float()-1) > 0.01:
		return fmt.Sprintf("%.4g frames a second become %.4g", v.Nominal.Float(), to.Float())
	}
	return fmt.Sprintf("%.4g frames a second, as the source", to.Float())
}
