// Package release says when each episode of a drama may be watched.
//
// It is a pure room: a plan, a start and what was already released go in, one
// time per episode comes out. A day is a calendar day of the market's time
// zone, so a daily release keeps its hour when clocks change.
package release
