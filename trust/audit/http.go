package audit

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/trust/audit/tree"
)

var errTile = fault.New(fault.NotFound, "audit.tile_unknown", "The log has no such tile.")

type wireState struct {
	Size       int64      `json:"size" doc:"Entries under the latest checkpoint."`
	Root       string     `json:"root" doc:"Hash of the tree, base64; empty before the first checkpoint."`
	Checkpoint string     `json:"checkpoint" doc:"The signed note."`
	SignedAt   *time.Time `json:"signed_at"`
	Key        string     `json:"key" doc:"The public half of the key that signs; empty before the log has one."`
}

type stateOut struct{ Body wireState }

type callerIn struct{ httpx.Caller }

type entriesIn struct {
	httpx.Caller
	Drama string `query:"drama" maxLength:"64"`
	After string `query:"after" maxLength:"256"`
	Limit int    `query:"limit" minimum:"0" maximum:"200"`
}

type wireEntry struct {
	Seq   int64  `json:"seq" doc:"Its number; the first is 0."`
	Entry string `json:"entry" doc:"Its bytes: one line of JSON, as docs/guide-regulator.md says."`
}

type entriesOut struct{ Body page.Of[wireEntry] }

type proofIn struct {
	httpx.Caller
	Seq int64 `path:"seq" minimum:"0"`
}

// Routes registers what everybody may read of the log and what is for those who
// watch over the house.
func (s *Service) Routes(api *httpx.API) {
	const tag, at = "Public log", "/api/console/v1/log"
	raw := func(id, path, summary string, h func(http.ResponseWriter, *http.Request, httpx.Caller) error) {
		api.Raw(httpx.Route{ID: id, Method: http.MethodGet, Path: path, Tag: tag, Summary: summary, Who: httpx.Unasked,
			Produces: []string{"text/plain"}}, h)
	}
	raw("log-checkpoint", "/log/checkpoint", "The latest signed checkpoint of the public log", s.serveCheckpoint)
	raw("log-key", "/log/key", "The public key of the log", s.serveKey)
	api.Raw(httpx.Route{ID: "log-tile", Method: http.MethodGet, Path: "/log/tile/{path...}", Tag: tag,
		Summary: "A tile of hashes, as golang.org/x/mod/sumdb/tlog names it: 8/LEVEL/NUMBER", Who: httpx.Unasked,
		Produces: []string{"application/octet-stream"}}, s.serveTile)

	readers := httpx.Staff(actor.Operator, actor.Regulator)
	httpx.Handle(api, httpx.Route{ID: "log-state", Method: http.MethodGet, Path: at, Tag: tag, Summary: "How the public log stands", Who: readers},
		func(ctx context.Context, _ *callerIn) (*stateOut, error) {
			st, err := s.State(ctx)
			return &stateOut{wireOf(st)}, err
		})
	httpx.Handle(api, httpx.Route{ID: "log-entries", Method: http.MethodGet, Path: at + "/entries", Tag: tag,
		Summary: "Entries of the public log, the latest first, of one drama or of all", Who: readers}, s.listEntries)
	api.Raw(httpx.Route{ID: "log-proof", Method: http.MethodGet, Path: at + "/entries/{seq}/proof", Tag: tag,
		Summary: "The proof that an entry is in the log, as a file", Who: readers, Produces: []string{"application/json"}}, s.serveProof)
}

func wireOf(st State) wireState {
	w := wireState{Size: st.Size, Root: st.Root, Checkpoint: st.Checkpoint, Key: st.Key}
	if st.At != 0 {
		at := clock.Time(st.At)
		w.SignedAt = &at
	}
	return w
}

func (s *Service) listEntries(ctx context.Context, in *entriesIn) (*entriesOut, error) {
	found, err := s.Entries(ctx, in.Actor, in.Drama, page.Request{After: in.After, Limit: in.Limit})
	out := &entriesOut{page.Of[wireEntry]{Items: []wireEntry{}, Next: found.Next}}
	for _, l := range found.Items {
		out.Body.Items = append(out.Body.Items, wireEntry(l))
	}
	return out, err
}

func (s *Service) serveProof(w http.ResponseWriter, r *http.Request, c httpx.Caller) error {
	seq, err := strconv.ParseInt(r.PathValue("seq"), 10, 64)
	if err != nil {
		return errEntry.Because(err)
	}
	p, err := s.Prove(r.Context(), c.Actor, seq)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Disposition", `attachment; filename="proof-`+strconv.FormatInt(seq, 10)+`.json"`)
	_, err = w.Write(append(text, '\n'))
	return err
}

func (s *Service) serveCheckpoint(w http.ResponseWriter, r *http.Request, _ httpx.Caller) error {
	last, err := lastCheckpoint(r.Context(), s.db)
	if err == nil && last.note == "" {
		err = errNothing
	}
	return text(w, last.note, err)
}

func (s *Service) serveKey(w http.ResponseWriter, r *http.Request, _ httpx.Caller) error {
	key, err := verifierOf(r.Context(), s.db)
	if err == nil && key == "" {
		err = errNothing
	}
	return text(w, key+"\n", err)
}

func text(w http.ResponseWriter, body string, err error) error {
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	_, err = w.Write([]byte(body))
	return err
}

// serveTile hands out hashes. The entries below them are not everybody's: they tell
// what is being prepared.
func (s *Service) serveTile(w http.ResponseWriter, r *http.Request, _ httpx.Caller) error {
	path := "tile/" + r.PathValue("path")
	t, err := tlog.ParseTilePath(path)
	if err != nil || t.H != tree.Height || t.L < 0 || t.Path() != path {
		return errTile
	}
	err = blob.Serve(w, r, s.blobs, folder+path, blob.ServeOptions{CacheControl: blob.Immutable})
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return errTile.Because(err)
	}
	return err
}
