package catalogue_test

import (
	"context"
	"errors"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/exchange"

	"cliffhanger/event"
)

// watched answers which video viewers watch of an episode; "" when none.
func (h *house) watched(episode id.Episode) id.Asset {
	h.t.Helper()
	found, err := h.Watchable(h.t.Context(), h.viewer, []id.Episode{episode}, "en", h.clock.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	return found[episode].Asset
}

func (h *house) attach(drama id.Drama, number int, asset id.Asset) {
	h.t.Helper()
	if err := h.AttachUpload(h.t.Context(), h.mine, drama, number, asset); err != nil {
		h.t.Fatal(err)
	}
}

// lacks answers the codes of what is missing.
func (h *house) lacks(drama id.Drama) string {
	h.t.Helper()
	var codes []string
	for _, m := range h.dossier(drama).Missing {
		if m.Code != "poster_missing" {
			codes = append(codes, m.Severity+" "+m.Code)
		}
	}
	return strings.Join(codes, "; ")
}

func TestViewersKeepAVideoUntilTheNewOnePlays(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		drama := h.published("甲", "A", 3)
		old := h.dossier(drama.ID).Episodes
		for _, i := range []int{0, 2} {
			asset := h.media.add(h.mine, false)
			h.attach(drama.ID, i+1, asset)
			h.idle()
			var wire struct {
				Episodes []struct {
					Asset       id.Asset                `json:"asset_id"`
					Replacement id.Asset                `json:"replacement_id"`
					Summary     *catalogue.AssetSummary `json:"replacement"`
				} `json:"episodes"`
			}
			h.must("producer", "GET", console+"/dramas/"+string(drama.ID), nil, &wire)
			if e := wire.Episodes[i]; e.Asset != old[i].Asset || e.Replacement != asset || e.Summary == nil {
				t.Fatalf("the console shows %+v", e)
			}
			if h.watched(old[i].ID) != old[i].Asset || h.lacks(drama.ID) != "warn replacement_waits" {
				t.Fatalf("episode %d is %q, lacks %s", i+1, h.watched(old[i].ID), h.lacks(drama.ID))
			}
			before := h.now(drama.ID).Version
			h.play(asset)
			h.idle()
			if h.watched(old[i].ID) != asset || h.lacks(drama.ID) != "" || h.now(drama.ID).Version != before+1 {
				t.Fatalf("the new video of episode %d plays, but viewers see %q, lacks %s", i+1, h.watched(old[i].ID), h.lacks(drama.ID))
			}
		}
		ready := h.media.add(h.mine, true) // nothing to wait for
		h.attach(drama.ID, 2, ready)
		if h.watched(old[1].ID) != ready {
			t.Error("a playable video did not replace the old one at once")
		}
	})
}

// Media may finish a file between being asked and the answer being written: the
// fact finds nobody waiting, and none follows.
func TestAVideoThatPlaysJustNowReplacesToo(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	drama := h.published("甲", "A", 1)
	episode := h.dossier(drama.ID).Episodes[0].ID
	asset := h.media.add(h.mine, false)
	h.media.asked = func() { h.media.assets[asset].Playable = true }
	h.attach(drama.ID, 1, asset)
	h.idle()
	if h.watched(episode) != asset {
		t.Errorf("viewers see %q", h.watched(episode))
	}
}

func TestABadNewVideoLeavesTheOldOne(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	drama := h.published("甲", "A", 1)
	episode := h.dossier(drama.ID).Episodes[0]
	bad, blocked := h.media.add(h.mine, false), h.media.add(h.mine, false)

	h.attach(drama.ID, 1, bad)
	h.idle()
	before := h.now(drama.ID).Change
	h.media.assets[bad].problem = &catalogue.Problem{Code: "media.damaged", Message: "The file ends too early."}
	err := h.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return h.bus.Announce(ctx, tx, event.AssetFailed{Asset: bad, Code: "media.damaged"})
	})
	if err != nil {
		t.Fatal(err)
	}
	h.idle()
	if h.watched(episode.ID) != episode.Asset || h.lacks(drama.ID) != "warn replacement_failed" || h.now(drama.ID).Change == before {
		t.Errorf("a damaged file: viewers see %q, lacks %s", h.watched(episode.ID), h.lacks(drama.ID))
	}

	h.attach(drama.ID, 1, blocked)
	h.judge(blocked, true)
	h.idle()
	if h.watched(episode.ID) != episode.Asset || h.lacks(drama.ID) != "warn replacement_blocked" {
		t.Errorf("a blocked file: viewers see %q, lacks %s", h.watched(episode.ID), h.lacks(drama.ID))
	}

	at := console + "/episodes/" + string(episode.ID)
	h.must("producer", "PATCH", at, map[string]any{"asset_id": episode.Asset}, nil)
	if h.lacks(drama.ID) != "" {
		t.Errorf("it was dropped, but lacks %s", h.lacks(drama.ID))
	}
}

func TestFilesMayArriveInAnyOrder(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		drama := h.published("甲", "A", 1)
		seen := func() (numbers []int, released int) {
			t.Helper()
			p, err := h.Open(t.Context(), h.viewer, drama.ID, "en")
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range p.Episodes {
				numbers = append(numbers, e.Number)
			}
			if p.EpisodeCount != len(numbers) {
				t.Errorf("the card counts %d of %v", p.EpisodeCount, numbers)
			}
			return numbers, p.ReleasedCount
		}
		h.attach(drama.ID, 4, h.media.add(h.mine, true))
		h.attach(drama.ID, 3, h.media.add(h.mine, true))
		if numbers, released := seen(); len(numbers) != 1 || released != 1 || h.lacks(drama.ID) != "warn episode_gap" {
			t.Fatalf("with 3 and 4 waiting viewers see %v, %d released; lacks %s", numbers, released, h.lacks(drama.ID))
		}
		h.attach(drama.ID, 2, h.media.add(h.mine, true))
		if numbers, released := seen(); len(numbers) != 4 || released != 4 || h.lacks(drama.ID) != "" {
			t.Fatalf("with all there viewers see %v, %d released; lacks %s", numbers, released, h.lacks(drama.ID))
		}
		status, _ := h.ask("producer", "DELETE", console+"/episodes/"+string(h.dossier(drama.ID).Episodes[1].ID), nil)
		if status != 409 {
			t.Errorf("an episode was taken out of the middle: %d", status)
		}
	})
}

// Outside draft an episode may wait for others, but nothing is published so.
func TestNothingIsPublishedWithAGap(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	drama := h.drama("甲", "A", 1)
	if _, err := h.Step(t.Context(), h.producer, drama.ID, 0, catalogue.MarkReady, ""); err != nil {
		t.Fatal(err)
	}
	h.attach(drama.ID, 3, h.media.add(h.mine, true))
	if _, err := h.Step(t.Context(), h.producer, drama.ID, 0, catalogue.Publish, ""); fault.KindOf(err) != fault.Conflict {
		t.Fatalf("published with episode 2 missing: %v", err)
	}
	h.attach(drama.ID, 2, h.media.add(h.mine, true))
	if _, err := h.Step(t.Context(), h.producer, drama.ID, 0, catalogue.Publish, ""); err != nil {
		t.Fatal(err)
	}
}

// Only what another try cannot change ends the attaching.
func TestAttachingIsTriedAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	drama := h.published("甲", "A", 1)
	away, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.AttachUpload(away, h.mine, drama.ID, 2, h.media.add(h.mine, true)); !errors.Is(err, context.Canceled) {
		t.Errorf("the database does not answer: %v", err)
	}
	if err := h.AttachUpload(t.Context(), h.mine, id.New[id.Drama](), 2, h.media.add(h.mine, true)); err != nil {
		t.Errorf("the drama is gone: %v", err)
	}
}

// Importing into what is published replaces and adds as uploads do.
func TestImportingIntoAPublishedDrama(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	dir := slate(t, 1)
	first, err := h.folders.Import(t.Context(), h.producer, dir, exchange.Options{Publish: true})
	if err != nil {
		t.Fatal(err)
	}
	old := h.dossier(first.Drama).Episodes[0]
	h.play(old.Asset)
	h.idle()

	text, err := os.ReadFile(filepath.Join(dir, "drama.toml"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{
		"drama.toml": string(text) + episodeText(2, "episodes/02.mp4") + episodeText(3, "episodes/03.mp4"), "subtitles/2.srt": srt, "subtitles/3.srt": srt,
		"episodes/01.mp4": "video 1, corrected", "episodes/02.mp4": "video 2", "posters/poster.jpg": string(picture(300, 400, color.White)),
	})
	for range 2 { // the second time nothing changes
		if _, err = h.folders.Import(t.Context(), h.producer, dir, exchange.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	report, err := h.folders.Import(t.Context(), h.producer, dir, exchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := outcomes(report)
	if got["episodes/01.mp4"] != "unchanged" || got["episodes/02.mp4"] != "unchanged" || got["episodes/03.mp4"] != "refused catalogue.file_missing" {
		t.Errorf("%v", got)
	}
	all := h.dossier(first.Drama).Episodes
	if len(all) != 2 || all[0].Asset != old.Asset || all[0].Next == "" || all[1].Asset == "" || h.watched(old.ID) != old.Asset {
		t.Fatalf("%+v", all)
	}
	h.play(all[0].Next)
	h.idle()
	if h.watched(old.ID) != all[0].Next {
		t.Errorf("the corrected video did not replace the old one")
	}
}
