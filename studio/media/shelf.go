package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/maypok86/otter/v2"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/media/manifest"
)

// shelf is what serving an asset needs, in memory. It is never changed.
type shelf struct {
	asset         id.Asset
	state         State
	blocked       bool // by quality control
	epoch         uint32
	durationMS    int64
	width, height int
	report        Report
	renditions    []Rendition           // by kind, lowest bit rate first
	files         map[string]*Rendition // by the last part of their addresses
	paths         map[string]string     // last parts of addresses, by name
	present       manifest.Presentation
	subtitles     []shelfSubtitle
}

type shelfSubtitle struct {
	Subtitle
	file string // last part of its address
}

// A shelf goes when its asset changes, and a device's links when it is signed
// out: at once by the news, which may be lost, and when this node looks for what
// changed, which it does every lookAgain.
const (
	shelfLife = 10 * time.Minute
	lookAgain = 5 * time.Second
	lookBack  = time.Minute // by how much clocks of nodes may differ, and a change may be late
)

func newShelves(n int) *otter.Cache[id.Asset, *shelf] {
	return otter.Must(&otter.Options[id.Asset, *shelf]{
		MaximumSize:      n,
		ExpiryCalculator: otter.ExpiryWriting[id.Asset, *shelf](shelfLife),
	})
}

// Forget drops what this node keeps in memory of the assets. It is for glue, when
// what others told of them has changed.
func (s *Service) Forget(assets []id.Asset) {
	for _, a := range assets {
		s.forget(a)
	}
}

func (s *Service) forget(a id.Asset) {
	s.shelves.Invalidate(a)
	s.forgotten.Add(1)
}

// catchUp drops the shelves of what changed and refuses the devices that were
// signed out since the node last looked, should the news have been lost.
func (s *Service) catchUp(ctx context.Context) error {
	now := s.now()
	since := s.looked
	if now.Before(since) { // the clock was set back
		since = now
	}
	since = since.Add(-lookBack)
	changed, err := changedSince(ctx, s.d.DB, clock.Micros(since))
	s.Forget(changed)
	if err = errors.Join(err, s.learnRevoked(ctx, since)); err != nil {
		return err
	}
	s.looked = now
	return nil
}

// shelf answers one asset's; a NotFound fault says there is no such asset.
func (s *Service) shelf(ctx context.Context, a id.Asset) (*shelf, error) {
	if sh, ok := s.shelves.GetIfPresent(a); ok {
		return sh, nil
	}
	found, err := s.shelvesOf(ctx, []id.Asset{a})
	if err == nil && found[a] == nil {
		err = errAssetNotFound
	}
	return found[a], err
}

func (s *Service) shelvesOf(ctx context.Context, ids []id.Asset) (map[id.Asset]*shelf, error) {
	return s.shelves.BulkGet(ctx, ids, otter.BulkLoaderFunc[id.Asset, *shelf](s.readShelves))
}

// readShelves asks the same number of questions for one or many.
func (s *Service) readShelves(ctx context.Context, ids []id.Asset) (map[id.Asset]*shelf, error) {
	assets, err := assetsByID(ctx, s.d.DB, ids)
	if err != nil {
		return nil, err
	}
	subtitles, err := s.d.Subtitles.Of(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[id.Asset]*shelf, len(assets))
	for _, a := range assets {
		sh := &shelf{asset: a.ID, state: a.State, blocked: a.Outcome == blocking, epoch: a.Epoch, durationMS: a.DurationMS, width: a.Width, height: a.Height, report: a.Report, files: map[string]*Rendition{}, paths: map[string]string{}}
		for _, sub := range subtitles[a.ID] {
			sum := sha256.Sum256([]byte(sub.Key))
			sh.subtitles = append(sh.subtitles, shelfSubtitle{sub, sub.Lang + "-" + hex.EncodeToString(sum[:16]) + ".vtt"})
		}
		out[a.ID] = sh
	}
	renditions, err := renditionsOf(ctx, s.d.DB, ids...)
	if err != nil {
		return nil, err
	}
	for _, r := range renditions {
		if sh := out[r.Asset]; sh != nil {
			sh.renditions = append(sh.renditions, r)
		}
	}
	for _, sh := range out {
		for i := range sh.renditions {
			r := &sh.renditions[i]
			sh.files[r.File()], sh.paths[r.Name] = r, r.File()
			if r.Kind == kindSprite {
				sh.files[r.Name+".jpg"] = r // sheets are also found by number
			}
		}
		sh.present = sh.presentation()
	}
	return out, nil
}

// lowest is the smallest video everyone can play, or nil.
func (sh *shelf) lowest() *Rendition {
	for i, r := range sh.renditions {
		if r.Kind == kindVideo && !r.Later && r.Track != nil {
			return &sh.renditions[i]
		}
	}
	return nil
}
