package story

import "math"

// Kind is the part a shot plays; each has its own framing and movement.
type Kind int

// The shots, in the order an episode uses them.
const (
	Hook   Kind = iota // close on the first speaker, mid-gesture
	Title              // wide: the title plate while the partner walks in
	Two                // both, the speaker favoured
	Medium             // the speaker to the waist
	Close              // the last line
	End                // the lamp turns, push-in to a face, the cliff
)

// Silent marks a shot without a spoken line.
const Silent = -1

// Shot is one stretch between two cuts. Times are seconds from the start.
type Shot struct {
	Kind       Kind
	Start, End float64
	Side       int // whom it is about: 0 left, 1 right
	Line       int // index of the spoken line, or Silent
	Acting     Acting
	Reacting   Acting // the other one
}

// Acting is a face and a gesture.
type Acting struct {
	Expression string `toml:"expression"`
	Gesture    string `toml:"gesture"`
}

// Seconds a shot lasts beyond its line, at least, and altogether.
const (
	VoiceDelay   = .1 // between the cut and the first syllable
	tail         = .38
	shortestHook = 1.9
	titleLength  = 1.75
	shortestEnd  = 2.7
	shortest     = 12.2
	// Longest is how long an episode may be.
	Longest = 15.0
)

// Storyboard is an episode on the clock.
type Storyboard struct {
	Shots  []Shot
	Length float64 // seconds
}

// Cliff is when the last shot begins.
func (b Storyboard) Cliff() float64 { return b.Shots[len(b.Shots)-1].Start }

// At is the index of the shot on at a time; the last one stays on for ever.
func (b Storyboard) At(seconds float64) int {
	for i, shot := range b.Shots {
		if seconds < shot.End {
			return i
		}
	}
	return len(b.Shots) - 1
}

// Plan lays an episode's shots on the clock; spoken holds the length of every
// line in seconds. One line a shot, the title after the first, and a last shot
// long enough for the whole to reach twelve seconds.
func Plan(e Episode, spoken []float64) Storyboard {
	var board Storyboard
	add := func(shot Shot, length float64) {
		shot.Start, shot.End = board.Length, board.Length+length
		board.Shots = append(board.Shots, shot)
		board.Length = shot.End
	}
	still := Acting{"calm", "idle"}
	for i, line := range e.Lines {
		side := e.Side(line.Speaker)
		shot := Shot{Kind: kindOf(i, len(e.Lines)), Side: side, Line: i, Acting: Acting{line.Expression, line.Gesture}, Reacting: still}
		if next := i + 1; next < len(e.Lines) && e.Side(e.Lines[next].Speaker) != side {
			shot.Reacting.Expression = e.Lines[next].Expression // already wears the reply
		}
		length := spoken[i] + tail
		if i > 0 {
			add(shot, length)
			continue
		}
		add(shot, math.Max(length, shortestHook))
		add(Shot{Kind: Title, Side: 1 - side, Line: Silent, Acting: still, Reacting: still}, titleLength)
	}
	end := Shot{Kind: End, Side: e.Side(e.Cliff.Face), Line: Silent, Acting: Acting{e.Cliff.Expression, "shock"}, Reacting: still}
	add(end, math.Max(shortestEnd, shortest-board.Length))
	return board
}

func kindOf(line, lines int) Kind {
	switch {
	case line == 0:
		return Hook
	case line == lines-1:
		return Close
	case line%2 == 1:
		return Two
	default:
		return Medium
	}
}
