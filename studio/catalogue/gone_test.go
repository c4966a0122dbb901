package catalogue_test

import (
	"errors"
	"sync"
	"testing"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/catalogue"
)

// letGo lets go of a file as media does before it deletes it.
func (h *house) letGo(asset id.Asset) []catalogue.Use {
	h.t.Helper()
	uses, err := h.LetGo(h.t.Context(), asset)
	if err != nil {
		h.t.Fatal(err)
	}
	return uses
}

func isAssetUnknown(err error) bool {
	return err != nil && fault.Of(err).Code == "catalogue.asset_unknown"
}

// What an episode shows, or will, is not let go of, whoever's drama it is in.
func TestAFileInUseIsNotLetGoOf(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		drama := h.published("甲", "A", 2)
		old, next := h.dossier(drama.ID).Episodes[1].Asset, h.media.add(h.mine, false)
		h.attach(drama.ID, 2, next)
		for _, asset := range []id.Asset{old, next} {
			uses := h.letGo(asset)
			if len(uses) != 1 || uses[0].Drama != drama.ID || uses[0].Number != 2 || uses[0].Title["en"] != "A" {
				t.Errorf("%+v", uses)
			}
		}
		h.play(next) // it may still take its place
		h.idle()
		if e := h.dossier(drama.ID).Episodes[1]; e.Asset != next || e.Next != "" {
			t.Errorf("%+v", e)
		}
		if uses := h.letGo(old); len(uses) != 0 {
			t.Errorf("nothing shows it any more: %+v", uses)
		}
	})
}

// A file may be deleted between media's answer and the writing down of what it
// was given to.
func TestAFileDeletedInTheMomentItIsGiven(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		drama := h.published("甲", "A", 1)
		before := h.dossier(drama.ID)
		give := map[string]func(id.Asset) error{
			"added": func(a id.Asset) error {
				_, _, err := h.AddEpisode(t.Context(), h.producer, drama.ID, 0, catalogue.EpisodePatch{Asset: &a})
				return err
			},
			"replaced": func(a id.Asset) error {
				_, _, err := h.EditEpisode(t.Context(), h.producer, before.Episodes[0].ID, 0, catalogue.EpisodePatch{Asset: &a})
				return err
			},
		}
		for how, give := range give {
			for _, playable := range []bool{true, false} {
				asset := h.media.add(h.mine, playable)
				h.media.asked = func() { h.letGo(asset) }
				if err := give(asset); !isAssetUnknown(err) {
					t.Errorf("%s, playable %v: %v", how, playable, err)
				}
			}
		}
		for number := range 2 {
			asset := h.media.add(h.mine, true)
			h.media.asked = func() { h.letGo(asset) }
			if err := h.AttachUpload(t.Context(), h.mine, drama.ID, number+1, asset); err != nil {
				t.Errorf("an upload for episode %d is tried again for ever: %v", number+1, err)
			}
		}
		h.media.asked = nil
		if err := h.AttachUpload(t.Context(), h.mine, drama.ID, 2, id.New[id.Asset]()); err != nil {
			t.Errorf("an upload that is long deleted: %v", err)
		}
		h.idle()
		if after := h.dossier(drama.ID); after.Version != before.Version || len(after.Episodes) != 1 || after.Episodes[0].Asset != before.Episodes[0].Asset {
			t.Errorf("it was %+v and is %+v", before, after)
		}
	})
}

// However the two interleave, one of them is refused.
func TestAFileIsGivenOrLetGoOf(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		drama := h.drama("甲", "A", 0)
		given := 0
		for range 20 {
			asset := h.media.add(h.mine, true)
			var uses []catalogue.Use
			var gave, let error
			var both sync.WaitGroup
			both.Go(func() {
				_, _, gave = h.AddEpisode(t.Context(), h.producer, drama.ID, 0, catalogue.EpisodePatch{Asset: &asset})
			})
			both.Go(func() { uses, let = h.LetGo(t.Context(), asset) })
			both.Wait()
			if let != nil || gave != nil && !isAssetUnknown(gave) {
				t.Fatal(errors.Join(let, gave))
			}
			if (gave == nil) != (len(uses) == 1) {
				t.Errorf("given: %v, let go of while %+v show it", gave == nil, uses)
			}
			if gave == nil {
				given++
			}
		}
		if n := len(h.dossier(drama.ID).Episodes); n != given {
			t.Errorf("%d episodes of %d that were given a file", n, given)
		}
	})
}
