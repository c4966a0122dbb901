package playback

import (
	"context"
	"math"
	"slices"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// Listen makes playback follow its people; call it before the bus starts.
func (s *Service) Listen() {
	const listener = "playback"
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f event.AccountErased, _ bus.Meta) error {
		rows, err := erase(ctx, tx, f.Account)
		return s.settled(ctx, tx, f.Matter, rows, err)
	})
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f event.ProfileDeleted, _ bus.Meta) error {
		return eraseProfile(ctx, tx, owner{f.Account, f.Profile})
	})
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f event.AccountMerged, _ bus.Meta) error {
		rows, err := merge(ctx, tx, f)
		return s.settled(ctx, tx, f.Matter, rows, err)
	})
}

func (s *Service) settled(ctx context.Context, tx *db.Tx, matter string, rows int64, err error) error {
	if err != nil {
		return err
	}
	return s.Bus.Announce(ctx, tx, event.AccountSettled{Matter: matter, Capability: "playback", Rows: rows})
}

// merge gives the places of one profile to another, in a fixed order.
func merge(ctx context.Context, tx *db.Tx, f event.AccountMerged) (rows int64, err error) {
	profiles := make([]id.Profile, 0, len(f.Profiles))
	for from := range f.Profiles {
		profiles = append(profiles, from)
	}
	slices.Sort(profiles)
	for _, from := range profiles {
		n, err := mergeProfile(ctx, tx, owner{f.From, from}, owner{f.Into, f.Profiles[from]})
		if rows += n; err != nil {
			return rows, err
		}
	}
	return rows, leave(ctx, tx, f.From)
}

func mergeProfile(ctx context.Context, tx *db.Tx, from, into owner) (rows int64, err error) {
	for _, who := range []owner{from, into} {
		if err := settlePositions(ctx, tx, who); err != nil {
			return 0, err
		}
	}
	moved, err := takePositions(ctx, tx, from)
	if err != nil {
		return 0, err
	}
	for _, p := range moved {
		if err := mergePosition(ctx, tx, into, p); err != nil {
			return 0, err
		}
	}
	seen, err := moveSeen(ctx, tx, from, into)
	return int64(len(moved)) + seen, err
}

// exportedPlace is where a person was in an episode.
type exportedPlace struct {
	Drama      id.Drama   `json:"drama_id"`
	Episode    id.Episode `json:"episode_id"`
	FurthestMS int64      `json:"furthest_ms"`
	StartedAt  time.Time  `json:"started_at"`
	FinishedAt *time.Time `json:"finished_at"`
}

// exportedStream is what a device of the account showed last.
type exportedStream struct {
	Device     id.Device `json:"device_id"`
	Sitting    string    `json:"sitting"`
	StartedAt  time.Time `json:"started_at"`
	ReportedAt time.Time `json:"reported_at"`
}

// Export is everything playback keeps of a profile, or nil.
func (s *Service) Export(ctx context.Context, by actor.Actor) (any, error) {
	if err := viewer(by); err != nil {
		return nil, err
	}
	var out struct {
		Positions []PositionOut    `json:"positions"`
		Seen      []exportedPlace  `json:"seen"`
		ClearedAt time.Time        `json:"cleared_at,omitzero"`
		Streams   []exportedStream `json:"streams"`
	}
	positions, err := latestPositions(ctx, s.DB, by, time.Time{}, "", math.MaxInt32)
	if err != nil {
		return nil, err
	}
	at := make(map[id.Episode]int64, len(positions))
	for _, p := range positions {
		out.Positions = append(out.Positions, positionOut(Outcome{Position: p}))
		at[p.Episode] = p.Offset.Milliseconds()
	}
	if out.Seen, err = allSeen(ctx, s.DB, by); err != nil {
		return nil, err
	}
	if out.ClearedAt, err = lastCleared(ctx, s.DB, by); err != nil {
		return nil, err
	}
	out.Streams, err = allRunning(ctx, s.DB, by.Account)
	if err != nil || len(out.Positions)+len(out.Seen) == 0 && out.ClearedAt.IsZero() {
		return nil, err
	}
	for i := range out.Seen {
		out.Seen[i].FurthestMS = max(out.Seen[i].FurthestMS, at[out.Seen[i].Episode])
	}
	return out, nil
}

// One is where somebody is who was two: where they were last. Players that know
// either version learn that it changed.
func (p Position) One(o Position) Position {
	later, earlier := p, o
	if o.HappenedAt.After(p.HappenedAt) {
		later, earlier = o, p
	}
	later.Version = max(p.Version, o.Version) + 1
	if earlier.UpdatedAt.After(later.UpdatedAt) {
		later.UpdatedAt = earlier.UpdatedAt
	}
	return later
}
