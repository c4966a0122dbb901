package release

import (
	"time"

	"cliffhanger/internal/kernel/fault"
)

var (
	errOut   = fault.New(fault.Conflict, "catalogue.episode_released", "Viewers have this episode already; when it came is not changed any more. To take it back, withdraw the drama.")
	errOrder = fault.New(fault.Invalid, "catalogue.release_order", "An episode cannot come before an earlier one.")
)

// CheckOwn answers why an episode may not have its own time, or nil: it must not
// be out already, nor come before an earlier one. Later ones wait for it. others
// are the drama's other episodes.
func CheckOwn(episode Slot, others []Slot, now time.Time) error {
	if isOut(episode, now) {
		return errOut.With(fault.Field{Path: "release_at", Code: "episode_released", Msg: "cannot change: the episode is out"})
	}
	for _, o := range others {
		planned := o.At
		if planned.IsZero() {
			planned = o.Own
		}
		if o.Number < episode.Number && !isOut(o, now) && episode.Own.Before(planned) {
			f := fault.New(errOrder.Kind, errOrder.Code, "Episode %d would come before episode %d, which comes at %s UTC. Choose a later time, or move episode %d first.",
				episode.Number, o.Number, planned.UTC().Format("2006-01-02 15:04"), o.Number)
			return f.With(fault.Field{Path: "release_at", Code: "release_too_early", Msg: "is before an earlier episode's time"})
		}
	}
	return nil
}

func isOut(s Slot, now time.Time) bool { return !s.At.IsZero() && !s.At.After(now) }

// Changes answers, by market, the slots whose time Timetable changes, by their
// place, and to what; zero: as at home.
func Changes(home Plan, markets []Market, slots []Slot, start, now time.Time, zone *time.Location) (map[string]map[int]time.Time, error) {
	table, err := Timetable(home, markets, slots, start, now, zone)
	changes := map[string]map[int]time.Time{}
	for market, times := range table {
		changed := map[int]time.Time{}
		for i, at := range times {
			before := slots[i].Elsewhere[market]
			if market == Home {
				before = slots[i].At
			}
			if !at.Equal(before) {
				changed[i] = at
			}
		}
		changes[market] = changed
	}
	return changes, err
}
