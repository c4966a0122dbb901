// Package stage plays an episode: it puts puppets into a set, points the camera
// and draws frames and posters.
//
// A Show is everything that stays the same while an episode plays. Render(n) is
// a function of n: the same show gives the same picture for frame n whichever
// frame was drawn before, so stills, seeks and films agree. The clock is the
// frame number, chance is the drama's seed.
package stage
