package catalogue_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/exchange"
	"cliffhanger/studio/catalogue/share"

	"cliffhanger/event"
	"cliffhanger/studio/catalogue/words"
)

// databases have the tables of the house already.
var databases = dbtest.Tables{"catalogue": catalogue.Migrations, "httpx": httpx.Migrations, "bus": bus.Migrations}

// house is a catalogue with everything around it.
type house struct {
	*catalogue.Service
	folders  *exchange.Service
	t        testing.TB
	db       *db.DB
	bus      *bus.Bus
	clock    *clock.Fake
	media    *fakeMedia
	audience *fakeAudience
	gate     *fakeGate
	web      http.Handler

	mine, theirs        id.Org
	producer, rival, op actor.Actor
	viewer              actor.Actor
}

const shell = `<!doctype html><html><head><meta charset="utf-8"><title>Cliffhanger</title></head><body></body></html>`

var opening = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{t: t, db: d, clock: clock.NewFake(opening), media: &fakeMedia{assets: map[id.Asset]*fakeAsset{}}, audience: &fakeAudience{rated: map[id.Drama]bool{}}, gate: &fakeGate{}}
	h.mine, h.theirs = id.New[id.Org](), id.New[id.Org]()
	staff := func(org id.Org, r actor.Role) actor.Actor {
		return actor.Actor{Kind: actor.Staff, Staff: id.New[id.Staff](), Org: org, Roles: []actor.Role{r}}
	}
	h.producer, h.rival, h.op = staff(h.mine, actor.Producer), staff(h.theirs, actor.Producer), staff(id.New[id.Org](), actor.Operator)
	h.viewer = actor.Actor{Kind: actor.Viewer, Account: id.New[id.Account](), Profile: id.New[id.Profile]()}
	if err := d.Migrate(t.Context(), "catalogue", catalogue.Migrations); err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context(), "httpx", httpx.Migrations); err != nil {
		t.Fatal(err)
	}
	h.bus = bustest.Open(t, d)
	dir := t.TempDir()
	blobs, err := blob.Local(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	h.Service, err = catalogue.New(catalogue.Deps{
		Config: catalogue.Default(dir), DB: d, Bus: h.bus, Blobs: blobs, Clock: h.clock, Log: log,
		Media: h.media, Audience: h.audience, Gates: []catalogue.Gate{h.gate},
	})
	if err != nil {
		t.Fatal(err)
	}
	edge := httpx.Default()
	edge.TrustedProxies, edge.MarketHeader = []string{"192.0.2.0/24"}, "X-Country"
	api := httpx.New(edge, httpx.Deps{Auth: h, Log: log, DB: d})
	h.folders = exchange.New(h.Service)
	h.folders.Routes(api)
	h.Service.Routes(api)
	share.Routes(api, h.Service, func() ([]byte, error) { return []byte(shell), nil })
	h.web = api.Handler()
	if err := h.bus.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

// Authenticate takes the bearer token for the name of one of the house's people.
func (h *house) Authenticate(_ context.Context, r *http.Request) (actor.Actor, error) {
	token, _ := httpx.Credential(r)
	who, ok := map[string]actor.Actor{"producer": h.producer, "rival": h.rival, "operator": h.op, "viewer": h.viewer}[token]
	if !ok {
		return actor.Actor{}, fault.New(fault.Unauthenticated, "test.unknown", "Who?")
	}
	return who, nil
}

// idle waits until everything announced has been heard.
func (h *house) idle() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 10*time.Minute)
	defer cancel()
	if err := h.bus.Idle(ctx); err != nil {
		h.t.Fatal(err)
	}
}

// ask makes a request as somebody and answers status and body.
func (h *house) ask(who, method, path string, body any) (int, []byte) {
	h.t.Helper()
	w := h.serve(who, method, path, body)
	return w.Code, w.Body.Bytes()
}

func (h *house) serve(who, method, path string, body any) *httptest.ResponseRecorder {
	h.t.Helper()
	var r *http.Request
	switch b := body.(type) {
	case nil:
		r = httptest.NewRequest(method, path, nil)
	case []byte:
		r = httptest.NewRequest(method, path, bytes.NewReader(b))
	default:
		text, err := json.Marshal(b)
		if err != nil {
			h.t.Fatal(err)
		}
		r = httptest.NewRequest(method, path, bytes.NewReader(text))
		r.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+who)
	}
	w := httptest.NewRecorder()
	h.web.ServeHTTP(w, r)
	return w
}

// must makes a request that has to succeed and reads the answer into out.
func (h *house) must(who, method, path string, body, out any) {
	h.t.Helper()
	status, answer := h.ask(who, method, path, body)
	if status < 200 || status > 299 {
		h.t.Fatalf("%s %s as %s: %d %s", method, path, who, status, answer)
	}
	if out != nil {
		if err := json.Unmarshal(answer, out); err != nil {
			h.t.Fatalf("%s %s: %v in %s", method, path, err, answer)
		}
	}
}

// about is a complete description with a title.
func about(zh, en string) catalogue.About {
	return catalogue.About{
		Title: words.Text{"zh-CN": zh, "en": en}, Synopsis: words.Text{"zh-CN": "她回来了，带着前世的记忆。", "en": "She is back."},
		OriginalLanguage: "zh-CN", Genres: []string{"revenge"}, Tags: []string{"reborn"}, Audience: "female", Year: 2026,
		People: []catalogue.Person{{Role: "cast", Name: words.Text{"zh-CN": "林晚", "en": "Lin Wan"}}, {Role: "director", Name: words.Text{"zh-CN": "周远"}}},
	}
}

// drama makes a complete draft of n episodes whose videos are playable.
func (h *house) drama(zh, en string, n int) catalogue.Drama {
	h.t.Helper()
	ctx := h.t.Context()
	d, err := h.Create(ctx, h.producer, catalogue.NewDrama{About: about(zh, en)})
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.PutPoster(ctx, h.producer, d.ID, 0, catalogue.Portrait, "", picture(300, 400, color.RGBA{R: 200, A: 255})); err != nil {
		h.t.Fatal(err)
	}
	for range n {
		asset := h.media.add(h.mine, true)
		if _, _, err := h.AddEpisode(ctx, h.producer, d.ID, 0, catalogue.EpisodePatch{Asset: &asset}); err != nil {
			h.t.Fatal(err)
		}
	}
	return h.now(d.ID)
}

// published makes a drama viewers can find.
func (h *house) published(zh, en string, n int) catalogue.Drama {
	h.t.Helper()
	d := h.drama(zh, en, n)
	for _, step := range []catalogue.Step{catalogue.MarkReady, catalogue.Publish} {
		if _, err := h.Step(h.t.Context(), h.producer, d.ID, 0, step, ""); err != nil {
			h.t.Fatal(err)
		}
	}
	return h.now(d.ID)
}

func (h *house) now(drama id.Drama) catalogue.Drama { return h.dossier(drama).Drama }

func (h *house) dossier(drama id.Drama) catalogue.Dossier {
	h.t.Helper()
	d, err := h.Dossier(h.t.Context(), h.op, drama)
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

func picture(w, ht int, c color.Color) []byte {
	m := image.NewRGBA(image.Rect(0, 0, w, ht))
	for y := range ht {
		for x := range w {
			m.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// fakeMedia keeps assets in memory.
type fakeMedia struct {
	mu     sync.Mutex
	assets map[id.Asset]*fakeAsset
	taken  int                     // files taken in that were not there
	refuse func(path string) error // nil: takes everything
	asked  func()                  // happens right after facts were asked for; nil: nothing
}

type fakeAsset struct {
	catalogue.AssetFacts
	problem   *catalogue.Problem
	sum, path string
}

func (m *fakeMedia) add(org id.Org, playable bool) id.Asset {
	m.mu.Lock()
	defer m.mu.Unlock()
	asset := id.New[id.Asset]()
	m.assets[asset] = &fakeAsset{AssetFacts: catalogue.AssetFacts{Org: org, Playable: playable, DurationMS: 90_000, Width: 1080, Height: 1920}}
	return asset
}

// play makes an asset playable and says so, as media does.
func (h *house) play(asset id.Asset) { h.judge(asset, false) }

// judge is play with a verdict of quality control.
func (h *house) judge(asset id.Asset, blocked bool) {
	h.t.Helper()
	h.media.mu.Lock()
	h.media.assets[asset].Playable, h.media.assets[asset].Blocked = true, blocked
	h.media.mu.Unlock()
	err := h.db.InTx(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return h.bus.Announce(ctx, tx, event.AssetPlayable{Asset: asset, DurationMS: 90_000, Width: 1080, Height: 1920, Blocked: blocked})
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (m *fakeMedia) Playable(_ context.Context, assets []id.Asset) (map[id.Asset]catalogue.AssetFacts, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.asked != nil {
		defer m.asked()
	}
	out := map[id.Asset]catalogue.AssetFacts{}
	for _, a := range assets {
		if f, ok := m.assets[a]; ok {
			out[a] = f.AssetFacts
		}
	}
	return out, nil
}

func (m *fakeMedia) Summaries(_ context.Context, assets []id.Asset) (map[id.Asset]catalogue.AssetSummary, error) {
	out := map[id.Asset]catalogue.AssetSummary{}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range assets {
		out[a] = catalogue.AssetSummary{ID: a, State: "playable"}
		if f := m.assets[a]; f != nil && f.problem != nil {
			out[a] = catalogue.AssetSummary{ID: a, State: "failed", Problem: f.problem}
		} else if f != nil && f.Blocked {
			out[a] = catalogue.AssetSummary{ID: a, State: "playable", BlockedFindings: 1}
		}
	}
	return out, nil
}

func (m *fakeMedia) Take(_ context.Context, _ actor.Actor, org id.Org, path, sum string) (id.Asset, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuse != nil {
		if err := m.refuse(path); err != nil {
			return "", err
		}
	}
	for asset, f := range m.assets {
		if f.Org == org && f.sum == sum {
			return asset, nil
		}
	}
	m.taken++
	asset := id.New[id.Asset]()
	m.assets[asset] = &fakeAsset{AssetFacts: catalogue.AssetFacts{Org: org, DurationMS: 90_000}, sum: sum, path: path}
	return asset, nil
}

func (m *fakeMedia) Master(_ context.Context, asset id.Asset) (io.ReadCloser, string, int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.assets[asset]
	if f.path == "" {
		text := "master of " + string(asset)
		return io.NopCloser(strings.NewReader(text)), "master.MP4", int64(len(text)), nil
	}
	file, err := os.Open(f.path)
	if err != nil {
		return nil, "", 0, err
	}
	info, err := file.Stat()
	return file, filepath.Base(f.path), info.Size(), err
}

// fakeAudience answers what the test says.
type fakeAudience struct {
	mu       sync.Mutex
	popular  []id.Drama
	begun    []id.Drama
	ratings  map[id.Drama]catalogue.Rating
	rated    map[id.Drama]bool // whose ratings were asked for
	personal catalogue.Personal

	forMinors map[id.Drama]bool
}

func (a *fakeAudience) Personal(context.Context, actor.Actor, id.Drama, []id.Episode) (catalogue.Personal, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.personal, nil
}

func (a *fakeAudience) Continue(context.Context, actor.Actor, int) ([]id.Drama, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.begun, nil
}

func (a *fakeAudience) MayFind(by actor.Actor, drama id.Drama) bool {
	return by.Minor == "" || a.forMinors[drama]
}

func (a *fakeAudience) Popular(context.Context, int) ([]id.Drama, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.popular, nil
}
func (a *fakeAudience) TopRated(ctx context.Context, n int) ([]id.Drama, error) {
	return a.Popular(ctx, n)
}

func (a *fakeAudience) Ratings(_ context.Context, dramas []id.Drama) (map[id.Drama]catalogue.Rating, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, d := range dramas {
		a.rated[d] = true
	}
	return a.ratings, nil
}

// fakeGate objects to what the test says.
type fakeGate struct {
	mu     sync.Mutex
	object []catalogue.Objection
}

func (g *fakeGate) Check(_ context.Context, subs []catalogue.Submission) ([]catalogue.Objection, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []catalogue.Objection
	for _, s := range subs {
		for _, o := range g.object {
			o.Drama = s.Drama
			out = append(out, o)
		}
	}
	return out, nil
}
