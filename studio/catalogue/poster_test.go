package catalogue_test

import (
	"context"
	"image/color"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/exchange"
	"cliffhanger/studio/catalogue/poster"
)

func TestAPosterIsShownInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		drama := h.published("甲", "A", 1) // its poster is in the original language, zh-CN
		at := console + "/dramas/" + string(drama.ID) + "/posters/"
		english := picture(300, 400, color.RGBA{G: 200, A: 255})
		h.must("producer", "PUT", at+"portrait/EN", english, nil)
		h.must("producer", "PUT", at+"landscape/en", picture(400, 300, color.RGBA{B: 200, A: 255}), nil)
		shown := func(locale string) (portrait, landscape string) {
			t.Helper()
			cards, err := h.Cards(t.Context(), h.viewer, []id.Drama{drama.ID}, locale)
			if err != nil || len(cards) != 1 || cards[0].Poster == nil || cards[0].Landscape == nil {
				t.Fatalf("%+v, %v", cards, err)
			}
			return cards[0].Poster.Colour, cards[0].Landscape.Colour
		}
		zh, _ := shown("zh-CN")
		en, wide := shown("en")
		if zh == en {
			t.Errorf("both languages see %s", en)
		}
		for locale, want := range map[string]string{"zh-TW": zh, "en-GB": en, "fr": zh} {
			if got, any := shown(locale); got != want || any != wide {
				t.Errorf("%s sees %s and %s, want %s and %s", locale, got, any, want, wide)
			}
		}
		_, html := h.ask("", "GET", "/d/"+string(drama.ID)+"?lang=en", nil)
		if want := h.now(drama.ID).Landscape["en"].Hash; !strings.Contains(string(html), want) {
			t.Errorf("the page to share does not show %s", want)
		}

		var wire struct {
			Posters struct{ Portraits, Landscapes map[string]catalogue.Picture }
		}
		h.must("producer", "GET", console+"/dramas/"+string(drama.ID), nil, &wire)
		if p := wire.Posters; p.Portraits["en"].Colour != en || p.Portraits["zh-CN"].Colour != zh || len(p.Landscapes) != 1 {
			t.Errorf("the console shows %+v", p)
		}
		h.must("producer", "DELETE", at+"portrait/en", nil, nil)
		if got, _ := shown("en"); got != zh {
			t.Errorf("without an English one, English readers see %s", got)
		}
		for path, want := range map[string]int{"portrait/en": http.StatusNotFound, "portrait": http.StatusConflict, "portrait/klingon!": http.StatusBadRequest, "round": http.StatusBadRequest} {
			if status, body := h.ask("producer", "DELETE", at+path, nil); status != want && !(want == http.StatusBadRequest && status == http.StatusUnprocessableEntity) {
				t.Errorf("DELETE %s: %d %s", path, status, body)
			}
		}
	})
}

// Data of earlier states has one picture, without a language.
func TestAPosterWithoutALanguageIsTheOriginalOnes(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	drama := h.published("甲", "A", 1)
	err := h.db.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE catalogue_drama SET portrait = '{"hash":"0123","format":"jpeg","width":300,"height":400,"colour":"#c80000"}'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := poster.Set{"zh-CN": poster.Image{Hash: "0123", Format: "jpeg", Width: 300, Height: 400, Colour: "#c80000"}}
	if diff := cmp.Diff(want, h.now(drama.ID).Portrait); diff != "" {
		t.Error(diff)
	}
}

func TestPostersTravelInFolders(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	dir := write(t, filepath.Join(t.TempDir(), "雨夜"), map[string]string{
		"1.mp4": "one", "poster.jpg": string(picture(300, 400, color.White)), "poster.en.jpg": string(picture(300, 400, color.Black)), "banner.en.jpg": string(picture(400, 300, color.Black)),
	})
	first, err := h.folders.Import(t.Context(), h.producer, dir, exchange.Options{})
	if err != nil || len(first.Refused()) > 0 {
		t.Fatalf("%+v, %v", first, err)
	}
	d := h.now(first.Drama)
	if len(d.Portrait) != 2 || d.Portrait["zh-CN"].Hash == d.Portrait["en"].Hash || d.Landscape["en"].Hash == "" {
		t.Fatalf("%+v %+v", d.Portrait, d.Landscape)
	}
	out := t.TempDir()
	if err := h.folders.Export(t.Context(), h.producer, first.Drama, out); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"portrait.jpg", "portrait.en.jpg", "landscape.en.jpg"} {
		if _, err := os.Stat(filepath.Join(out, "posters", name)); err != nil {
			t.Error(err)
		}
	}
	again, err := h.folders.Import(t.Context(), h.producer, out, exchange.Options{})
	if diff := cmp.Diff(d, h.now(first.Drama)); err != nil || diff != "" || again.Created {
		t.Errorf("the way out and in changes it: %v %s", err, diff)
	}
}
