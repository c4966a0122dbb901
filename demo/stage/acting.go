package stage

import (
	"math"

	"cliffhanger/demo/puppet"
	"cliffhanger/demo/raster"
	"cliffhanger/demo/scenery"
	"cliffhanger/demo/story"
)

// moment is a time within a shot.
type moment struct {
	shot    story.Shot
	index   int
	seconds float64 // since the start of the episode
}

func (m moment) since() float64    { return m.seconds - m.shot.Start }
func (m moment) progress() float64 { return m.since() / (m.shot.End - m.shot.Start) }

func (s *Show) momentAt(seconds float64) moment {
	i := s.board.At(seconds)
	return moment{s.board.Shots[i], i, seconds}
}

// gestureTime is how long a puppet takes to strike a pose, in seconds.
const gestureTime = .42

// stance is how an actor stands at a moment.
func (s *Show) stance(side int, m moment) puppet.Stance {
	a := s.actors[side]
	acting := m.shot.Reacting
	if m.shot.Side == side {
		acting = m.shot.Acting
	}
	st := puppet.Stance{X: a.x, Y: scenery.Ground, Facing: a.facing, Pose: s.struck(side, m, acting)}
	st.Look = puppet.Look{Expression: acting.Expression, Blink: a.blinking(m, acting.Expression)}
	a.breathe(&st.Pose, m.seconds)
	if m.shot.Side == side && m.shot.Line != story.Silent {
		st.Look.Mouth = speak(&st.Pose, s.script.Speeches[m.shot.Line], m.since())
	}
	if m.shot.Kind == story.End && (m.shot.Side == side && acting.Expression == "shock" || acting.Expression == "fear") {
		st.Look.Mouth = 1
		st.Pose.Head += math.Sin(m.seconds*40) * .8 * (1 - m.progress())
	}
	s.place(&st, side, m)
	return st
}

// struck is the pose on its way from the gesture of the shot before.
func (s *Show) struck(side int, m moment, acting story.Acting) puppet.Pose {
	from, _ := puppet.Gesture(puppet.Idle)
	if m.index > 0 {
		before := s.board.Shots[m.index-1]
		gesture := before.Reacting.Gesture
		if before.Side == side {
			gesture = before.Acting.Gesture
		}
		from, _ = puppet.Gesture(gesture)
	}
	to, _ := puppet.Gesture(acting.Gesture)
	since := m.since()
	if m.shot.Kind == story.Hook || m.shot.Kind == story.Close {
		since += .15 // already acting when the cut comes
	}
	return from.Toward(to, overshoot(since/gestureTime))
}

// breathe keeps every joint alive.
func (a *actor) breathe(p *puppet.Pose, seconds float64) {
	w := seconds*2 + a.rhythm
	p.Torso += math.Sin(w) * .9
	p.Head += math.Sin(w*1.3+1) * 1.2
	p.Arm += math.Sin(w*1.1) * 2
	p.Forearm += math.Sin(w*1.4+.6) * 3
	p.FarArm += math.Sin(w*.9+2) * 2
	p.Thigh += math.Sin(w*.7) * 1.2
	p.FarThigh -= math.Sin(w*.7) * 1.2
}

// speak nods with the voice and returns how far the mouth is open.
func speak(p *puppet.Pose, speech Speech, since float64) (mouth int) {
	frame := int((since - story.VoiceDelay) * FPS)
	loud := speech.loudness(frame)
	switch {
	case loud > .34:
		mouth = 2
	case loud > .12:
		mouth = 1
	}
	swell := (loud + speech.loudness(frame-1) + speech.loudness(frame-2)) / 3
	p.Head -= swell * 7
	p.Torso += swell * 2.5
	p.Forearm -= swell * 16
	p.Arm -= swell * 7
	return mouth
}

// blinking eyes would break a shock, an anger or the last look.
func (a *actor) blinking(m moment, expression string) bool {
	if m.shot.Kind == story.End || m.shot.Kind == story.Hook || expression == "shock" || expression == "angry" {
		return false
	}
	for _, at := range a.blinks {
		if m.seconds >= at && m.seconds < at+.13 {
			return true
		}
	}
	return false
}

// place moves a stance to where the shot needs it.
func (s *Show) place(st *puppet.Stance, side int, m moment) {
	a := s.actors[side]
	switch m.shot.Kind {
	case story.Title:
		st.X -= 46 * a.facing
		if m.shot.Side == side {
			walkIn(st, m.since())
		} else { // whoever waits turns round
			st.Facing *= math.Cos(math.Pi * (1 - raster.Smooth((m.since()-.25)/.45)))
		}
		st.X -= lean(st.Pose) * a.wide.Size * a.facing
	case story.Two, story.Medium:
		st.X -= (lean(st.Pose) + stretch(st.Pose)) * a.wide.Size * a.facing
	case story.Hook, story.Close:
		if m.shot.Side != side { // out of the close-up
			st.X -= 70 * a.facing
		}
	}
}

// walkIn brings an actor in from the wings with paper steps.
func walkIn(st *puppet.Stance, since float64) {
	const length = 1.15
	done := raster.Clamp(since/length, 0, 1)
	st.X -= (1 - settle(done)) * 250 * st.Facing
	phase := st.X / 26
	stride := 1 - raster.Smooth((done-.7)/.3)
	sin, cos := math.Sincos(phase)
	st.Pose.Thigh += sin * 24 * stride
	st.Pose.Shin += math.Max(0, -cos) * 30 * stride
	st.Pose.FarThigh -= sin * 24 * stride
	st.Pose.FarShin += math.Max(0, cos) * 30 * stride
	st.Pose.Arm -= sin * 22 * stride
	st.Pose.FarArm += sin * 22 * stride
	st.Pose.Drop -= math.Abs(sin) * 6 * stride
	st.Pose.Torso += 4 * stride
}

// lean is how far a pose brings the head forward, in units: the actor steps
// back by as much, or two who bow would knock heads.
func lean(p puppet.Pose) float64 {
	return math.Max(0, math.Sin(p.Torso*math.Pi/180)) * 190
}

// stretch is how far a hand reaches beyond arm's length of the partner.
func stretch(p puppet.Pose) float64 {
	const free, mostBack = 112, 46
	reach := func(upper, lower float64) float64 {
		shoulder := (p.Torso*.4 + upper) * math.Pi / 180
		return -70*math.Sin(shoulder) - 100*math.Sin(shoulder+lower*math.Pi/180)
	}
	return raster.Clamp(math.Max(reach(p.Arm, p.Forearm), reach(p.FarArm, p.FarForearm))-free, 0, mostBack)
}
