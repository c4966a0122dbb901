package puppet

import "cliffhanger/demo/raster"

// Pose is joint angles in degrees: 0 hangs, negative is raised forward. Far
// limbs are the ones away from the screen. Drop lowers the hip, in units.
type Pose struct {
	Torso, Head                      float64
	Arm, Forearm, FarArm, FarForearm float64
	Thigh, Shin, FarThigh, FarShin   float64
	Drop                             float64
}

// Idle is the gesture of someone who stands and listens.
const Idle = "idle"

var gestures = map[string]Pose{
	Idle:     {0, 0, 8, -16, -8, -22, 4, 2, -5, 3, 0},
	"point":  {4, -2, -80, -8, 14, -18, 6, 2, -10, 4, 0},
	"plead":  {10, -8, -46, -46, -60, -38, 8, 2, -12, 6, 4},
	"cover":  {2, 10, -58, -104, 10, -20, 4, 2, -5, 3, 0},
	"proud":  {-4, -7, 30, 20, 22, 26, 3, 1, -4, 2, 0},
	"phone":  {0, 4, -34, -128, 8, -16, 4, 2, -5, 3, 0},
	"shock":  {-9, -4, -42, -84, -72, -60, 10, 2, -14, 8, 0},
	"bow":    {34, 12, -44, -60, -50, -56, 6, 2, -6, 4, 6},
	"reach":  {13, -4, -92, -6, -70, -20, 12, 4, -20, 8, 2},
	"hold":   {0, 4, -24, -86, -30, -80, 4, 2, -5, 3, 0},
	"akimbo": {-2, -4, 44, -96, -34, -40, 6, 2, -8, 3, 0},
	"kneel":  {12, 10, -40, -50, -50, -44, 0, 0, 0, 0, 92},
	"laugh":  {-8, -14, -30, -96, 20, 10, 6, 2, -8, 3, 0},
	"hand":   {2, -2, -52, -52, 6, -20, 4, 2, -6, 3, 0},
}

// Gesture looks a pose up by name.
func Gesture(name string) (Pose, bool) {
	pose, ok := gestures[name]
	return pose, ok
}

// Toward is p at t=0 and q at t=1; beyond 1 it overshoots.
func (p Pose) Toward(q Pose, t float64) Pose {
	mid := func(a, b float64) float64 { return raster.Lerp(a, b, t) }
	return Pose{
		Torso: mid(p.Torso, q.Torso), Head: mid(p.Head, q.Head),
		Arm: mid(p.Arm, q.Arm), Forearm: mid(p.Forearm, q.Forearm),
		FarArm: mid(p.FarArm, q.FarArm), FarForearm: mid(p.FarForearm, q.FarForearm),
		Thigh: mid(p.Thigh, q.Thigh), Shin: mid(p.Shin, q.Shin),
		FarThigh: mid(p.FarThigh, q.FarThigh), FarShin: mid(p.FarShin, q.FarShin),
		Drop: mid(p.Drop, q.Drop),
	}
}

// expression is a face's mood: how far the inner and outer ends of the brow are
// lifted, how it arches, how wide the eye is open, how far the corner of the
// mouth is pulled down, and whether a tear falls.
type expression struct {
	inner, outer, arch, eye, corner float64
	tear                            bool
}

var expressions = map[string]expression{
	"calm":   {0, 0, 0, 1, 0, false},
	"angry":  {-9, 7, 0, .8, 4, false},
	"sad":    {9, -7, -1, .8, 4, true},
	"shock":  {9, 7, 4, 1.45, 3, false},
	"smirk":  {-3, 6, 3, .62, -5, false},
	"tender": {5, -3, 2, .85, -4, false},
	"fear":   {10, 1, 0, 1.3, 5, false},
	"proud":  {-2, 3, 1, .55, 1, false},
	"joy":    {3, 3, 4, .9, -7, false},
}

// Expresses tells whether a face can show the named expression.
func Expresses(name string) bool { return has(expressions, name) }
