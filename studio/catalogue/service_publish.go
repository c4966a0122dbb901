package catalogue

import (
	"context"
	"maps"
	"slices"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/catalogue/release"
	"cliffhanger/studio/catalogue/words"
)

// errRefused carries one field per objection of a gate.
var errRefused = fault.New(fault.Conflict, "catalogue.publish_refused", "The drama cannot be published yet; see the fields.")

var house = actor.OfSystem("catalogue") // which acts by itself

// longestReason is in characters.
const longestReason = 500

// Step moves a drama to its next state. What viewers would find has to be
// complete, and every gate has to agree to the very version that is published.
func (s *Service) Step(ctx context.Context, by actor.Actor, drama id.Drama, version int64, step Step, reason string) (Drama, error) {
	d, err := s.Dossier(ctx, by, drama)
	if err != nil {
		return Drama{}, err
	}
	next, err := d.State.After(step)
	if err != nil {
		return Drama{}, err
	}
	if version != 0 && version != d.Version {
		return Drama{}, errVersion
	}
	if next.MustBeComplete() {
		if err := blockers(missingToStep(d)); err != nil {
			return Drama{}, err
		}
	}
	if next == Published {
		if err := s.askGates(ctx, by, d); err != nil {
			return Drama{}, err
		}
	}
	var bad []fault.Field
	reason = words.Line(reason, "reason", longestReason, false, &bad)
	if len(bad) > 0 {
		return Drama{}, ErrAbout.With(bad...)
	}
	return s.change(ctx, by, drama, d.Version, func(ctx context.Context, tx *db.Tx, current *Drama) (bool, error) {
		// What media answered may be newer than what its facts told so far.
		for _, e := range d.Episodes {
			if f := d.Facts[e.Asset]; f.Playable && f.video() != e.Video {
				if err := attached(ctx, tx, e.Asset, f); err != nil {
					return false, err
				}
			}
		}
		return true, s.take(ctx, tx, by, current, step, reason)
	})
}

// take makes the step within a transaction.
func (s *Service) take(ctx context.Context, tx *db.Tx, by actor.Actor, d *Drama, step Step, reason string) (err error) {
	if d.State, err = d.State.After(step); err != nil {
		return err
	}
	d.Reason = reason
	tx.OnCommit(s.shown.lists.InvalidateAll)
	switch d.State {
	case Published:
		d.PublishedAt, d.PublishWhenReady = s.Clock.Now(), false
		return s.Bus.Announce(ctx, tx, event.DramaPublished{Drama: d.ID, Org: d.Org, By: event.By(by)})
	case Withdrawn:
		return s.Bus.Announce(ctx, tx, event.DramaWithdrawn{Drama: d.ID, Org: d.Org, By: event.By(by)})
	}
	return nil
}

func (s *Service) askGates(ctx context.Context, by actor.Actor, d Dossier) error {
	submission := []Submission{{Drama: d.ID, Org: d.Org, By: by, Assets: assetsOf(d.Episodes)}}
	f := errRefused
	for _, g := range s.Gates {
		objections, err := g.Check(ctx, submission)
		if err != nil {
			return err
		}
		for _, o := range objections {
			f = f.With(fault.Field{Path: o.Path, Code: o.Gate + "." + o.Code, Msg: o.Message})
		}
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// schedule writes when the episodes of a published drama are released in each
// market. Those behind a gap wait for the ones before them.
func (s *Service) schedule(ctx context.Context, tx *db.Tx, d Drama, episodes []Episode, now time.Time) error {
	for i, e := range episodes {
		if e.Number != i+1 {
			episodes = episodes[:i]
			break
		}
	}
	slots := make([]release.Slot, len(episodes))
	for i, e := range episodes {
		slots[i] = e.slot()
	}
	changes, err := release.Changes(d.Release, d.Markets, slots, d.PublishedAt, now, s.zone)
	if err != nil {
		return err
	}
	for _, market := range slices.Sorted(maps.Keys(changes)) {
		changed := map[id.Episode]time.Time{}
		for i, at := range changes[market] {
			changed[episodes[i].ID] = at
		}
		if err := saveReleases(ctx, tx, market, changed); err != nil {
			return err
		}
	}
	return nil
}

// publishWhenReady is the job that publishes a drama which waited for its first
// episode. It is a job because gates may not be asked within a transaction.
type publishWhenReady struct {
	Drama id.Drama `json:"drama"`
}

func (publishWhenReady) Queue() string { return "catalogue.publish_when_ready" }

// tryPublishing asks for the job where the drama waits to be published.
func (s *Service) tryPublishing(ctx context.Context, tx *db.Tx, d Drama) error {
	if !d.PublishWhenReady || d.State != Draft && d.State != Ready {
		return nil
	}
	return s.Bus.EnqueueTx(ctx, tx, publishWhenReady{Drama: d.ID})
}

// publishWaiting publishes the drama if nothing is missing any more. What is
// still missing is no error: the next change or playable video tries again.
func (s *Service) publishWaiting(ctx context.Context, drama id.Drama) error {
	for _, step := range []Step{MarkReady, Publish} {
		d, err := own(ctx, s.DB, house, drama)
		if err != nil || !d.PublishWhenReady {
			return gone(err)
		}
		if step == MarkReady && d.State == Ready {
			continue
		}
		if _, err := s.Step(ctx, house, drama, 0, step, ""); err != nil {
			return gone(err)
		}
	}
	return nil
}

// gone lets pass what trying again at once cannot change.
func gone(err error) error {
	if k := fault.KindOf(err); err != nil && (k == fault.NotFound || k == fault.Conflict && fault.Of(err).Code != errVersion.Code) {
		return nil
	}
	return err
}
