package catalogue_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"cliffhanger/internal/platform/db"
)

// post sends what a producer wants done, under a key where there is one, and
// answers the drama that came back, if any did.
func (h *house) post(key, path, body string) (int, wireDrama) {
	h.t.Helper()
	r := httptest.NewRequest(http.MethodPost, console+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer producer")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	w := httptest.NewRecorder()
	h.web.ServeHTTP(w, r)
	var d wireDrama
	if w.Code == http.StatusCreated {
		if err := json.NewDecoder(bytes.NewReader(w.Body.Bytes())).Decode(&d); err != nil {
			h.t.Error(err)
		}
	}
	return w.Code, d
}

func (h *house) dramas() int {
	h.t.Helper()
	var list struct{ Items []wireDrama }
	h.must("producer", "GET", console+"/dramas", nil, &list)
	return len(list.Items)
}

const draft = `{"title":{"en":"Twice"},"original_language":"en"}`

// The answer to a new drama or episode gets lost, and it is asked for again.
func TestAskedAgainUnderItsKeyNothingIsMadeTwice(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		_, first := h.post("a", "/dramas", draft)
		if status, again := h.post("a", "/dramas", draft); status != http.StatusCreated || again.ID != first.ID || h.dramas() != 1 {
			t.Fatalf("the same key: %d %s after %s, %d dramas", status, again.ID, first.ID, h.dramas())
		}
		if status, _ := h.post("a", "/dramas", strings.Replace(draft, "Twice", "Other", 1)); status != http.StatusConflict {
			t.Errorf("the same key for another drama: %d", status)
		}
		_, second := h.post("b", "/dramas", draft)
		_, third := h.post("", "/dramas", draft)
		if second.ID == first.ID || third.ID == "" || h.dramas() != 3 {
			t.Errorf("another key and none: %s, %s after %s, %d dramas", second.ID, third.ID, first.ID, h.dramas())
		}
		episodes := "/dramas/" + string(first.ID) + "/episodes"
		h.post("a", episodes, `{}`)
		if _, now := h.post("a", episodes, `{}`); len(now.Episodes) != 1 {
			t.Errorf("one episode asked for twice: %+v", now.Episodes)
		}
		if _, now := h.post("b", episodes, `{}`); len(now.Episodes) != 2 {
			t.Errorf("one more episode: %+v", now.Episodes)
		}
	})
}

func TestTwiceAtOnceMakesOneDrama(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var all sync.WaitGroup
		var made [4]wireDrama
		var status [4]int
		for i := range made {
			all.Go(func() { status[i], made[i] = h.post("k", "/dramas", draft) })
		}
		all.Wait()
		_, known := h.post("k", "/dramas", draft)
		for i := range made {
			if status[i] != http.StatusConflict && made[i].ID != known.ID { // a twin that came too early is told to wait
				t.Errorf("twin %d: %d %s, want %s", i, status[i], made[i].ID, known.ID)
			}
		}
		if known.ID == "" || h.dramas() != 1 {
			t.Errorf("%d dramas, the known one %q", h.dramas(), known.ID)
		}
	})
}

// What is asked for is made, and then the attempt breaks off without an answer.
func TestMadeWithoutAnAnswerItIsNotMadeTwice(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		broken := func(key, path, body string) {
			t.Helper()
			asked := 0
			h.media.asked = func() { asked++; panic("broken off") }
			if status, _ := h.post(key, path, body); status != http.StatusInternalServerError || asked != 1 {
				t.Fatalf("%s: %d, media asked %d times; want it to break off after the transaction", path, status, asked)
			}
			h.media.asked = nil
		}
		broken("a", "/dramas", draft)
		status, first := h.post("a", "/dramas", draft)
		if status != http.StatusCreated || first.ID == "" || h.dramas() != 1 {
			t.Fatalf("the same key: %d %+v, %d dramas", status, first, h.dramas())
		}
		episodes := "/dramas/" + string(first.ID) + "/episodes"
		broken("a", episodes, `{}`)
		if status, now := h.post("a", episodes, `{}`); status != http.StatusCreated || len(now.Episodes) != 1 {
			t.Errorf("the same key for an episode: %d %+v", status, now.Episodes)
		}
	})
}
