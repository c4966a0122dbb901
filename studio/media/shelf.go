package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/maypok86/otter/v2"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/media/manifest"
)

// shelf is what serving an asset needs, in memory. It is never changed.
type shelf struct {
	asset         id.Asset
	state         State
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

// A shelf is read anew in the background when it is a quarter of a minute old,
// and at once when a beacon says that its asset changed.
const (
	shelfFresh = 15 * time.Second
	shelfLife  = 10 * time.Minute
)

func newShelves(n int) *otter.Cache[id.Asset, *shelf] {
	return otter.Must(&otter.Options[id.Asset, *shelf]{
		MaximumSize:       n,
		ExpiryCalculator:  otter.ExpiryWriting[id.Asset, *shelf](shelfLife),
		RefreshCalculator: otter.RefreshWriting[id.Asset, *shelf](shelfFresh),
	})
}

// shelf answers one asset's; a NotFound fault says there is no such asset.
func (s *Service) shelf(ctx context.Context, a id.Asset) (*shelf, error) {
	sh, err := s.shelves.Get(ctx, a, shelfLoader{s})
	if errors.Is(err, otter.ErrNotFound) {
		return nil, errAssetNotFound
	}
	return sh, err
}

func (s *Service) shelvesOf(ctx context.Context, ids []id.Asset) (map[id.Asset]*shelf, error) {
	return s.shelves.BulkGet(ctx, ids, shelfLoader{s})
}

// shelfLoader reads shelves, one or many with the same number of questions.
type shelfLoader struct{ s *Service }

// Load reads one shelf.
func (l shelfLoader) Load(ctx context.Context, a id.Asset) (*shelf, error) {
	found, err := l.s.readShelves(ctx, []id.Asset{a})
	if err != nil {
		return nil, err
	}
	if found[a] == nil {
		return nil, otter.ErrNotFound
	}
	return found[a], nil
}

// Reload reads it again; what is on the old one does not matter.
func (l shelfLoader) Reload(ctx context.Context, a id.Asset, _ *shelf) (*shelf, error) {
	return l.Load(ctx, a)
}

// BulkLoad reads many.
func (l shelfLoader) BulkLoad(ctx context.Context, ids []id.Asset) (map[id.Asset]*shelf, error) {
	return l.s.readShelves(ctx, ids)
}

// BulkReload reads many again.
func (l shelfLoader) BulkReload(ctx context.Context, ids []id.Asset, _ []*shelf) (map[id.Asset]*shelf, error) {
	return l.s.readShelves(ctx, ids)
}

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
		sh := &shelf{asset: a.ID, state: a.State, epoch: a.Epoch, durationMS: a.DurationMS, width: a.Width, height: a.Height, report: a.Report, files: map[string]*Rendition{}, paths: map[string]string{}}
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
