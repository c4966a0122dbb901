package catalogue_test

import (
	"context"
	"image/color"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/studio/catalogue"
)

// pass lets the time go by after which what is unused is deleted.
func (h *house) pass() {
	h.t.Helper()
	for range 4 {
		if err := h.SweepOnce(h.t.Context()); err != nil {
			h.t.Fatal(err)
		}
		h.clock.Advance(h.Config.BlobGrace + time.Second)
	}
}

// stored are the keys of the blobs that hold a name.
func (h *house) stored(name string) (keys []string) {
	h.t.Helper()
	all, err := h.Blobs.List(h.t.Context(), "catalogue/", "", 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, b := range all {
		if strings.Contains(b.Key, name) {
			keys = append(keys, b.Key)
		}
	}
	return keys
}

func TestReplacedPostersAndSubtitlesAreDeleted(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := t.Context()
		drama := h.published("甲", "A", 1)
		other := h.drama("乙", "B", 0) // shows the same poster
		old := drama.Portrait["zh-CN"].Hash
		episodes, err := h.Episodes(ctx, h.producer, drama.ID)
		if err != nil {
			t.Fatal(err)
		}
		subtitle := func(text string) string {
			t.Helper()
			_, sub, err := h.PutSubtitle(ctx, h.producer, episodes[0].ID, 0, "en", []byte("1\n00:00:01,000 --> 00:00:02,000\n"+text+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			return sub.Hash
		}
		first := subtitle("first")
		h.pass()
		if h.stored(first) == nil || len(h.stored(old)) != 4 {
			t.Fatalf("deleted while in use: %v %v", h.stored(first), h.stored(old))
		}
		second := subtitle("second")
		put := func(p []byte) string {
			t.Helper()
			now, err := h.PutPoster(ctx, h.producer, drama.ID, 0, catalogue.Portrait, "", p)
			if err != nil {
				t.Fatal(err)
			}
			return now.Portrait["zh-CN"].Hash
		}
		blue := put(picture(300, 400, color.RGBA{B: 200, A: 255}))
		if h.pass(); h.stored(first) != nil || h.stored(second) == nil {
			t.Errorf("subtitles: of the first %v, of the second %v", h.stored(first), h.stored(second))
		}
		if len(h.stored(old)) != 4 || len(h.stored(blue)) != 4 {
			t.Errorf("the other drama's poster %v, the new one %v", h.stored(old), h.stored(blue))
		}
		if err := h.Delete(ctx, h.producer, other.ID, 0); err != nil {
			t.Fatal(err)
		}
		if h.pass(); h.stored(old) != nil || len(h.stored(blue)) != 4 {
			t.Errorf("of a poster nobody shows: %v, of the new one %v", h.stored(old), h.stored(blue))
		}
	})
}

// migrationsBefore are those of an earlier state.
func migrationsBefore(t *testing.T, name string) fs.FS {
	t.Helper()
	all, err := fs.ReadDir(catalogue.Migrations, ".")
	if err != nil {
		t.Fatal(err)
	}
	earlier := fstest.MapFS{}
	for _, f := range all {
		if f.Name() >= name {
			break
		}
		text, err := fs.ReadFile(catalogue.Migrations, f.Name())
		if err != nil {
			t.Fatal(err)
		}
		earlier[f.Name()] = &fstest.MapFile{Data: text}
	}
	return earlier
}

// What comes again while it is unused stays, also when it was about to go.
func TestAPosterThatComesAgainStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databases.SQLite(t))
	drama := h.drama("甲", "A", 0)
	red, blue := picture(300, 400, color.RGBA{R: 200, A: 255}), picture(300, 400, color.RGBA{B: 200, A: 255})
	put := func(p []byte) string {
		t.Helper()
		now, err := h.PutPoster(t.Context(), h.producer, drama.ID, 0, catalogue.Portrait, "", p)
		if err != nil {
			t.Fatal(err)
		}
		return now.Portrait["zh-CN"].Hash
	}
	put(blue)
	h.clock.Advance(h.Config.BlobGrace + time.Second)
	if err := h.SweepOnce(t.Context()); err != nil { // dooms the red one
		t.Fatal(err)
	}
	h.clock.Advance(h.Config.BlobGrace + time.Second)
	again := put(red)
	if h.pass(); len(h.stored(again)) != 4 {
		t.Errorf("left: %v", h.stored(again))
	}
}

// The data of an earlier state is entered as it is brought up to date, in both
// forms its pictures have.
func TestWhatAnEarlierStateStoredIsKeptAndDeletedToo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const one = `{"hash":"11111111111111111111111111111111","format":"jpeg","width":300,"height":400,"colour":"#c80000"}`
		two := strings.ReplaceAll(one, "1111", "2222")
		three := strings.ReplaceAll(one, "1111", "3333")
		earlier := migrationsBefore(t, "0004_blob.sql")
		exec := func(query string, args ...any) {
			t.Helper()
			err := d.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { _, err := tx.Exec(ctx, query, args...); return err })
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Migrate(t.Context(), "catalogue", earlier); err != nil {
			t.Fatal(err)
		}
		for n, pictures := range [][2]string{{one, ""}, {`{"en":` + two + `,"zh-CN":` + one + `}`, `{"fr":` + three + `}`}, {"", ""}} {
			name := string(rune('a' + n))
			exec(`INSERT INTO catalogue_drama (id, org_id, key, state, reason, about, portrait, landscape, audience, title_text, search_text,
				publish_when_ready, version, change, created_at, updated_at, published_at)
				VALUES ($1, 'o', $1, 'draft', '', '{}', $2, $3, '', '', '', false, 1, $4, 0, 0, 0)`, name, pictures[0], pictures[1], n)
		}
		exec(`INSERT INTO catalogue_episode (id, drama_id, number, title, asset_id) VALUES ('e', 'a', 1, '{}', '')`)
		exec(`INSERT INTO catalogue_subtitle (episode_id, lang, hash, source, cues, long_cues) VALUES ('e', 'en', '44444444444444444444444444444444', '', 1, 0)`)

		h := newHouse(t, d) // brings the tables up to date
		got, err := db.All(t.Context(), d, func(r db.Row) (s string, err error) { return s, r.Scan(&s) },
			`SELECT drama_id || ' ' || SUBSTR(hash, 1, 1) || LENGTH(hash) FROM catalogue_picture ORDER BY drama_id, hash`)
		if want := []string{"a 132", "b 132", "b 232", "b 332"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%v %v, want %v", got, err, want)
		}
		var entered int
		if err := d.QueryRow(t.Context(), `SELECT COUNT(*) FROM catalogue_blob`).Scan(&entered); err != nil || entered != 3*4+1 {
			t.Errorf("%d blobs entered, %v", entered, err)
		}
		exec(`DELETE FROM catalogue_drama WHERE id = 'a'`)
		h.pass()
		if err := d.QueryRow(t.Context(), `SELECT COUNT(*) FROM catalogue_blob`).Scan(&entered); err != nil || entered != 3*4 {
			t.Errorf("%d blobs left, %v", entered, err)
		}
	})
}
