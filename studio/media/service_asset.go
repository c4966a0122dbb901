package media

import (
	"context"
	"errors"
	"slices"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// Assets lists masters, the youngest first: a producer's own, or all of them for
// an operator.
func (s *Service) Assets(ctx context.Context, by actor.Actor, f AssetFilter, p page.Request) (page.Of[Summary], error) {
	switch {
	case by.Kind == actor.System || by.Has(actor.Operator):
	case by.Has(actor.Producer) && by.Org != "" && (f.Org == "" || f.Org == by.Org):
		f.Org = by.Org
	default:
		return page.Of[Summary]{}, errNotAllowed
	}
	var before id.Asset
	if err := page.Read(p.After, &before); err != nil {
		return page.Of[Summary]{}, err
	}
	limit := page.Clamp(p.Limit, 50, 200)
	rows, err := listAssets(ctx, s.d.DB, f, before, limit+1)
	if err != nil {
		return page.Of[Summary]{}, err
	}
	cut := page.Cut(rows, limit, func(a Asset) any { return a.ID })
	items, err := s.summarise(ctx, cut.Items)
	return page.Of[Summary]{Items: items, Next: cut.Next}, err
}

// Summaries answers the short form of each asset, in the order asked; unknown
// ones are left out. It asks nobody's permission: it is for glue.
func (s *Service) Summaries(ctx context.Context, ids []id.Asset) ([]Summary, error) {
	assets, err := assetsByID(ctx, s.d.DB, ids)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(assets, func(a, b Asset) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return s.summarise(ctx, assets)
}

func (s *Service) summarise(ctx context.Context, assets []Asset) ([]Summary, error) {
	queue, err := queuePositions(ctx, s.d.DB, assets)
	if err != nil {
		return nil, err
	}
	if err := s.hush(ctx, assets); err != nil {
		return nil, err
	}
	out := make([]Summary, 0, len(assets))
	for _, a := range assets {
		out = append(out, summaryOf(a, queue[a.ID]))
	}
	return out, nil
}

// Detail is everything known about one asset.
type Detail struct {
	Asset
	QueuePosition int
	Findings      []Finding
	Renditions    []Rendition
}

// Asset answers everything about one asset the actor may manage.
func (s *Service) Asset(ctx context.Context, by actor.Actor, a id.Asset) (Detail, error) {
	asset, err := s.managed(ctx, s.d.DB, by, a)
	if err != nil {
		return Detail{}, err
	}
	shown := []Asset{asset}
	if err := s.hush(ctx, shown); err != nil {
		return Detail{}, err
	}
	d := Detail{Asset: shown[0]}
	queue, err := queuePositions(ctx, s.d.DB, []Asset{asset})
	if err != nil {
		return Detail{}, err
	}
	d.QueuePosition = queue[a]
	if d.Findings, err = findingsOf(ctx, s.d.DB, a); err != nil {
		return Detail{}, err
	}
	d.Renditions, err = renditionsOf(ctx, s.d.DB, a)
	return d, err
}

// managed loads an asset; one the actor may not manage does not exist for it.
func (s *Service) managed(ctx context.Context, q db.Q, by actor.Actor, a id.Asset) (Asset, error) {
	asset, err := assetByID(ctx, q, a)
	if errors.Is(err, db.ErrNoRows) || err == nil && !by.MayManage(asset.Org) {
		return Asset{}, errAssetNotFound
	}
	return asset, err
}

// change loads an asset the actor may manage, lets f change it and stores it.
func (s *Service) change(ctx context.Context, by actor.Actor, a id.Asset, f func(ctx context.Context, tx *db.Tx, a Asset) (Asset, error)) (Asset, error) {
	var after Asset
	err := s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		before, err := s.managed(ctx, tx, by, a)
		if err != nil {
			return err
		}
		if after, err = f(ctx, tx, before); err != nil {
			return err
		}
		after.UpdatedAt = s.now()
		return updateAsset(ctx, tx, after)
	})
	if err == nil {
		s.changed(ctx, a)
	}
	return after, err
}

// Cancel stops what is being made of an asset, on whatever node, within seconds.
func (s *Service) Cancel(ctx context.Context, by actor.Actor, a id.Asset) (Asset, error) {
	after, err := s.change(ctx, by, a, func(_ context.Context, _ *db.Tx, a Asset) (Asset, error) { return a.cancel(s.now()) })
	if err == nil {
		s.cancelled(ctx, a)
	}
	return after, err
}

// Retry puts an asset that failed or was stopped back in the queue.
func (s *Service) Retry(ctx context.Context, by actor.Actor, a id.Asset) (Asset, error) {
	return s.change(ctx, by, a, func(ctx context.Context, tx *db.Tx, a Asset) (Asset, error) {
		a, first, err := a.retry(s.now())
		switch {
		case err != nil:
			return a, err
		case first:
			return a, s.d.Bus.EnqueueTx(ctx, tx, Transcode{a.ID, a.turn()})
		}
		return a, s.d.Bus.EnqueueTx(ctx, tx, Finish{a.ID, a.turn()}, bus.Later)
	})
}

// MakeAV1 asks for an AV1 rendition, also after one failed or was stopped; asking
// twice makes one.
func (s *Service) MakeAV1(ctx context.Context, by actor.Actor, a id.Asset) (Asset, error) {
	return s.change(ctx, by, a, s.wantAV1)
}

// wantAV1 queues the rendition now, or lets the second pass do it when it is done.
func (s *Service) wantAV1(ctx context.Context, tx *db.Tx, a Asset) (Asset, error) {
	if a.AV1 == AV1Wanted || a.AV1 == AV1Done {
		return a, nil
	}
	a.AV1 = AV1Wanted
	if a.State != Complete {
		return a, nil
	}
	return a, s.d.Bus.EnqueueTx(ctx, tx, AV1{a.ID, a.turn()}, bus.Later)
}

// notePlays counts plays of an asset; one watched often enough gets an AV1
// rendition. An unknown asset is passed over.
func (s *Service) notePlays(ctx context.Context, tx *db.Tx, a id.Asset, plays int64) error {
	due, err := addPlays(ctx, tx, a, plays, s.cfg.AV1Plays)
	if errors.Is(err, db.ErrNoRows) || err == nil && !due {
		return nil
	}
	if err != nil {
		return err
	}
	asset, err := assetByID(ctx, tx, a)
	if err != nil {
		return err
	}
	if asset, err = s.wantAV1(ctx, tx, asset); err != nil {
		return err
	}
	return updateAsset(ctx, tx, asset)
}

// Facts are what others decide by.
type Facts struct {
	Org               id.Org // whom it belongs to
	Master            string // SHA-256, hexadecimal
	Playable, Blocked bool   // blocked: a finding of the quality check forbids publishing
	DurationMS        int64
	Width, Height     int
}

// Playable answers the facts of each asset; an unknown one is absent.
func (s *Service) Playable(ctx context.Context, ids []id.Asset) (map[id.Asset]Facts, error) {
	assets, err := assetsByID(ctx, s.d.DB, ids)
	out := make(map[id.Asset]Facts, len(assets))
	for _, a := range assets {
		out[a.ID] = Facts{a.Org, a.SHA256, a.State.Watchable(), a.Outcome == blocking, a.DurationMS, a.Width, a.Height}
	}
	return out, err
}

// RaiseEpoch ends every link to the assets that was signed before, on all nodes.
// New ones work at once: what may be watched is for others to refuse.
func (s *Service) RaiseEpoch(ctx context.Context, ids []id.Asset) error {
	sorted := slices.Sorted(slices.Values(ids))
	err := s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE media_asset SET epoch = epoch + 1, updated_at = $1 WHERE id IN (`+db.In(len(sorted), 2)+`)`,
			append([]any{clock.Micros(s.now())}, db.Args(sorted)...)...)
		return err
	})
	if err != nil {
		return err
	}
	for _, a := range sorted {
		s.changed(ctx, a)
	}
	return nil
}
