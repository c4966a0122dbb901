package media

import (
	"context"
	"fmt"
	"strings"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// Delete deletes an asset that no episode shows, and all that was made of it; an
// attempt at it ends, on whatever node. Its organisation has the room at once,
// the disk when Sweep comes round.
func (s *Service) Delete(ctx context.Context, by actor.Actor, a id.Asset) error {
	if _, err := s.managed(ctx, s.d.DB, by, a); err != nil {
		return err
	}
	// From here on no episode is given it. Should this fail half way, the asset is
	// still there to be deleted.
	shown, err := s.d.Episodes.LetGo(ctx, a)
	if err != nil {
		return err
	}
	if len(shown) > 0 {
		return errShown(shown)
	}
	err = s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		asset, err := s.managed(ctx, tx, by, a)
		if err != nil {
			return err
		}
		if err := deleteAsset(ctx, tx, a); err != nil {
			return err
		}
		return s.d.Bus.Announce(ctx, tx, event.AssetDeleted{Asset: a, Org: asset.Org, By: event.By(by)})
	})
	if err == nil {
		s.cancelled(ctx, a)
		s.changed(ctx, a)
	}
	return err
}

const showingNamed = 3 // episodes a refusal names

// errShown refuses to delete what episodes show.
func errShown(by []Showing) error {
	var names []string
	for _, e := range by[:min(len(by), showingNamed)] {
		names = append(names, fmt.Sprintf("episode %d of “%s”", e.Number, e.Drama))
	}
	if more := len(by) - showingNamed; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return fault.New(fault.Conflict, "media.asset_shown", "This file is still the video of %s. Give the episode another video or remove it, then delete the file.", strings.Join(names, ", "))
}
