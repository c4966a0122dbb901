package library

import (
	"math"

	"cliffhanger/internal/kernel/fault"
)

// Ratings are whole points, 1 to 10.
const (
	lowest  = 1
	highest = 10
)

const (
	// EpisodesToRate is how many episodes of a drama a profile has to finish
	// before its rating counts: an opinion of the trailer is not one of the work.
	EpisodesToRate = 3

	// RatingsToShow is how many ratings a drama needs before it shows a score.
	RatingsToShow = 20

	// The prior: before anybody rated, a drama is believed to be like the usual
	// one, 6.5, as firmly as if 20 people had said so. 6.5 is a little above the
	// middle of the scale, because people finish what they like and rate what
	// they finish. The weight equals RatingsToShow: when a score first appears,
	// the crowd and the prior weigh the same: twenty friends of the producer
	// get a drama to 8.3, not to 10.
	priorMean   = 6.5
	priorWeight = 20
)

// Rating is what a crowd thinks of a drama.
type Rating struct {
	Count int64
	Shown *float64 // 1 to 10 with one decimal; nil until RatingsToShow have rated
}

// Shrunk pulls the mean of n ratings with a sum of points towards the prior: it
// is the posterior mean under a conjugate prior worth priorWeight observations,
//
//	(priorWeight·priorMean + points) / (priorWeight + n)
//
// which is the formula of IMDb's weighted rating.
func Shrunk(n, points int64) float64 {
	return (priorWeight*priorMean + float64(points)) / (priorWeight + float64(n))
}

// ratingFrom is what n ratings with a sum of points come to.
func ratingFrom(n, points int64) Rating {
	r := Rating{Count: n}
	if n >= RatingsToShow {
		shown := math.Round(Shrunk(n, points)*10) / 10
		r.Shown = &shown
	}
	return r
}

func checkScore(score int) error {
	if score < lowest || score > highest {
		return errScore
	}
	return nil
}

var (
	errViewer   = fault.New(fault.Forbidden, "library.viewer_only", "Only a viewer can do this.")
	errOperator = fault.New(fault.Forbidden, "library.operator_only", "Only an operator can do this.")
	errDrama    = fault.New(fault.NotFound, "library.drama_unknown", "This drama is not here, or no longer.")
	errEpisode  = fault.New(fault.NotFound, "library.episode_unknown", "This episode is not here, or no longer.")
	errScore    = fault.New(fault.Invalid, "library.score_invalid", "A rating is a whole number from 1 to 10.").With(fault.Field{Path: "score", Code: "out_of_range", Msg: "is a whole number from 1 to 10"})
	errTooSoon  = fault.New(fault.Conflict, "library.rating_too_soon", "Finish three episodes first, then tell us what you think.")
)
