package catalogue_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

const slateSize = 10_000

// BenchmarkPages serves what viewers open most, from a catalogue of 10,000
// dramas with 20 episodes each, and reports the 99th percentile beside the mean.
func BenchmarkPages(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": databases.SQLite, "postgres": databases.PostgreSQL} {
		b.Run(name, func(b *testing.B) {
			h := newHouse(b, open(b))
			dramas := h.fill(slateSize)
			n := 0
			for what, path := range map[string]func() string{
				"drama":      func() string { return "/api/v1/dramas/" + string(dramas[n*7919%len(dramas)]) },
				"new":        func() string { return "/api/v1/dramas" },
				"genre":      func() string { return "/api/v1/dramas?genre=ceo&audience=female" },
				"deep":       func() string { return "/api/v1/dramas?sort=popular&genre=comedy" },
				"shelves":    func() string { return "/api/v1/shelves" },
				"search-sql": func() string { return fmt.Sprintf("/api/v1/search?q=%d", n%slateSize) },
				"uncached": func() string {
					h.Forget(dramas[n*7919%len(dramas)])
					return "/api/v1/dramas/" + string(dramas[n*7919%len(dramas)])
				},
			} {
				b.Run(what, func(b *testing.B) {
					var took []time.Duration
					for b.Loop() {
						n++
						r := httptest.NewRequest("GET", path(), nil)
						r.Header.Set("Authorization", "Bearer viewer")
						w := httptest.NewRecorder()
						began := time.Now()
						h.web.ServeHTTP(w, r)
						took = append(took, time.Since(began))
						if w.Code != http.StatusOK {
							b.Fatalf("%d %s", w.Code, w.Body)
						}
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
				})
			}
		})
	}
}

// fill publishes n dramas by copying rows: what is measured is reading them.
func (h *house) fill(n int) []id.Drama {
	h.t.Helper()
	first := h.published("雨夜归来", "The Night", 20)
	ids := make([]id.Drama, n)
	genres := []string{"ceo", "comedy", "romance", "family"}
	err := h.db.InTx(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for i := range ids {
			ids[i] = id.New[id.Drama]()
			statements := []struct {
				text string
				args []any
			}{
				{`INSERT INTO catalogue_drama SELECT $1, org_id, $2, state, reason, about, portrait, landscape, audience, title_text, search_text || $3,
					publish_when_ready, version, $4, created_at, updated_at, published_at + $4 FROM catalogue_drama WHERE id = $5`,
					[]any{ids[i], fmt.Sprint("copy-", i), fmt.Sprint(" ", i), 1000 + i, first.ID}},
				{`INSERT INTO catalogue_drama_genre (genre, drama_id, published_at) SELECT $1, $2, published_at FROM catalogue_drama WHERE id = $2`, []any{genres[i%len(genres)], ids[i]}},
				{`INSERT INTO catalogue_episode SELECT id || $1, $2, number, title, asset_id FROM catalogue_episode WHERE drama_id = $3`,
					[]any{fmt.Sprint("-", i), ids[i], first.ID}},
				{`INSERT INTO catalogue_release SELECT id, 'home', $1 FROM catalogue_episode WHERE drama_id = $2`, []any{opening.UnixMicro(), ids[i]}},
			}
			for _, s := range statements {
				if _, err := tx.Exec(ctx, s.text, s.args...); err != nil {
					return err
				}
			}
		}
		_, err := tx.Exec(ctx, `UPDATE catalogue_counter SET value = 1000000 WHERE name = 'change'`)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.audience.popular = ids[:500]
	return ids
}
