package upload

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tus/tusd/v2/pkg/filelocker"
	"github.com/tus/tusd/v2/pkg/filestore"
	"github.com/tus/tusd/v2/pkg/handler"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/httpx"
)

// Intent is what a client says before it sends anything.
type Intent struct {
	Size int64             // bytes of the whole file
	Meta map[string]string // as sent: keys and values are not to be trusted
}

// File is an upload as it lies on this node's disk.
type File struct {
	ID     string
	Path   string
	Meta   map[string]string
	Size   int64 // bytes expected
	Offset int64 // bytes received
}

// Complete reports whether every byte is here.
func (f File) Complete() bool { return f.Offset == f.Size }

// Hooks decide. Their errors are faults and reach the client as problems.
type Hooks interface {
	// Admit says whether the upload may begin and under which identifier:
	// letters, digits, dots and dashes.
	Admit(ctx context.Context, in Intent) (id string, err error)
	// Ready says whether more may be written, for example because there is room. It
	// is asked before a chunk and again and again within one.
	Ready(ctx context.Context, id string) error
	// Received reports how many bytes are here after a chunk.
	Received(ctx context.Context, id string, offset int64)
	// Completed takes the finished file, whose checksum is sum in hexadecimal.
	// After success it is removed. It may run again for the same file after a crash.
	Completed(ctx context.Context, f File, sum string) error
	// Dropped reports that the client gave the upload up.
	Dropped(ctx context.Context, id string)
}

var (
	errWholeSum = fault.New(fault.Invalid, "media.checksum_mismatch", "The file that arrived is not the file you sent: its checksum differs. Upload it again.")
	errMissing  = fault.New(fault.NotFound, "media.upload_not_found", "There is no such upload; start it anew.")
	errTooLarge = fault.New(fault.Invalid, "media.upload_too_large", "This file is larger than uploads may be.")
	errParts    = fault.New(fault.Invalid, "media.upload_in_parts", "Files are taken whole: send this one as a single upload, without Upload-Concat.")
	errBusy     = fault.New(fault.Conflict, "media.upload_completing", "The last byte has arrived and the file is being taken over; it can no longer be given up.")
	errStore    = fault.New(fault.Internal, "media.upload_failed", "The upload could not be stored. What arrived is kept; try again.")
)

// Config says where files go and which addresses uploads have.
type Config struct {
	Dir      string // this node's own folder; created when absent
	BasePath string // the path uploads live under, with its last slash
	MaxSize  int64  // bytes
}

// Receiver serves the protocol under the base path.
type Receiver struct {
	cfg   Config
	hooks Hooks
	log   *slog.Logger
	store store
	tus   *handler.Handler

	mu   sync.Mutex
	busy map[string]bool // uploads being completed now
}

// New opens the folder. Locks that a process before us left are removed: the
// folder belongs to one node, and in a container every process has the same number.
func New(cfg Config, hooks Hooks, log *slog.Logger) (*Receiver, error) {
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, err
	}
	for _, pattern := range []string{"*.lock", "*.stop"} {
		stale, _ := filepath.Glob(filepath.Join(cfg.Dir, pattern))
		for _, path := range stale {
			if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
				return nil, err
			}
		}
	}
	files := filestore.New(cfg.Dir)
	files.DirModePerm, files.FileModePerm = 0o700, 0o600
	r := &Receiver{cfg: cfg, hooks: hooks, log: log, store: store{files, hooks}, busy: map[string]bool{}}
	composer := handler.NewStoreComposer()
	composer.UseCore(r.store)
	composer.UseTerminater(r.store)
	composer.UseLocker(filelocker.FileLocker{Path: cfg.Dir, HolderPollInterval: 250 * time.Millisecond, AcquirerPollInterval: 100 * time.Millisecond})
	var err error
	r.tus, err = handler.NewHandler(handler.Config{
		StoreComposer:              composer,
		BasePath:                   cfg.BasePath,
		MaxSize:                    cfg.MaxSize,
		DisableDownload:            true,
		DisableConcatenation:       true,
		Cors:                       &handler.CorsConfig{Disable: true},
		Logger:                     quietLogger(log),
		PreUploadCreateCallback:    r.admit,
		PreFinishResponseCallback:  r.finish,
		PreUploadTerminateCallback: r.drop,
	})
	return r, err
}

// ServeHTTP answers one request; its path still has the base path.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Tus-Resumable", "1.0.0")
	a := &answer{ResponseWriter: w, base: r.cfg.BasePath}
	req.Header.Del("X-Http-Method-Override") // what was checked is what is done
	if req.Method == http.MethodPatch || req.Method == http.MethodPost {
		sum, err := r.precheck(req)
		if err != nil {
			httpx.WriteProblem(w, req, err)
			return
		}
		req = req.WithContext(withChecksum(req.Context(), sum))
	}
	http.StripPrefix(strings.TrimSuffix(r.cfg.BasePath, "/"), r.tus).ServeHTTP(a, req)
	a.refuse(req)
	if req.Method == http.MethodPatch {
		if f, err := r.File(r.ID(req)); err == nil {
			r.hooks.Received(context.WithoutCancel(req.Context()), f.ID, f.Offset)
		}
	}
}

// precheck refuses a request before its body is read.
func (r *Receiver) precheck(req *http.Request) (checksum, error) {
	if n, err := strconv.ParseInt(req.Header.Get("Upload-Length"), 10, 64); err == nil && n > r.cfg.MaxSize {
		return checksum{}, errTooLarge
	}
	if req.Header.Get("Upload-Concat") != "" { // tusd would take a part for a file
		return checksum{}, errParts
	}
	if req.Method == http.MethodPatch {
		if err := r.hooks.Ready(req.Context(), r.ID(req)); err != nil {
			return checksum{}, err
		}
	}
	return parseChecksum(req.Header.Get("Upload-Checksum"))
}

// ID is the upload a request is about, or "" for a request to create one.
func (r *Receiver) ID(req *http.Request) string {
	return strings.Trim(strings.TrimPrefix(req.URL.Path, r.cfg.BasePath), "/")
}

// File finds an upload on this node; a NotFound fault says there is none.
func (r *Receiver) File(id string) (File, error) {
	if id == "" || strings.ContainsAny(id, `/\`) || strings.HasPrefix(id, ".") {
		return File{}, errMissing
	}
	u, err := r.store.GetUpload(context.Background(), id)
	if err != nil {
		return File{}, errMissing.Because(err)
	}
	info, err := u.GetInfo(context.Background())
	if err != nil {
		return File{}, err
	}
	return fileOf(info), nil
}

// Files lists every upload on this node's disk.
func (r *Receiver) Files() ([]File, error) {
	names, err := filepath.Glob(filepath.Join(r.cfg.Dir, "*.info"))
	var out []File
	for _, name := range names {
		if f, err := r.File(strings.TrimSuffix(filepath.Base(name), ".info")); err == nil {
			out = append(out, f)
		}
	}
	return out, err
}

// Remove deletes an upload from this node's disk unless it is being completed.
func (r *Receiver) Remove(id string) error {
	if !r.claim(id) {
		return nil
	}
	defer r.release(id)
	return r.remove(id)
}

func (r *Receiver) remove(id string) error {
	if strings.ContainsAny(id, `/\`) {
		return errMissing
	}
	base := filepath.Join(r.cfg.Dir, id)
	for _, path := range []string{base, base + pendingSuffix, base + ".info"} { // the .info goes last: while it exists the rest is found again
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Recover completes the uploads that were received whole by a process that died
// before it could say so.
func (r *Receiver) Recover(ctx context.Context) error {
	files, err := r.Files()
	errs := []error{err}
	for _, f := range files {
		if f.Complete() {
			errs = append(errs, r.complete(ctx, f))
		}
	}
	return errors.Join(errs...)
}

// complete checks the whole file and hands it over. Two that come at once, the
// last chunk and Recover, do it one after the other; the second finds it done.
func (r *Receiver) complete(ctx context.Context, f File) error {
	if !r.claim(f.ID) {
		return nil
	}
	defer r.release(f.ID)
	sum, err := sumOf(ctx, f.Path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return errStore.Because(err)
	}
	if want := f.Meta["sha256"]; want != "" && !strings.EqualFold(want, sum) {
		r.hooks.Dropped(ctx, f.ID)
		return errors.Join(errWholeSum, r.remove(f.ID))
	}
	if err := r.hooks.Completed(ctx, f, sum); err != nil {
		return err
	}
	return r.remove(f.ID)
}

func (r *Receiver) claim(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.busy[id] {
		return false
	}
	r.busy[id] = true
	return true
}

func (r *Receiver) release(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.busy, id)
}

func (r *Receiver) admit(e handler.HookEvent) (handler.HTTPResponse, handler.FileInfoChanges, error) {
	id, err := r.hooks.Admit(e.Context, Intent{Size: e.Upload.Size, Meta: e.Upload.MetaData})
	if err != nil {
		return handler.HTTPResponse{}, handler.FileInfoChanges{}, refusal(e.Context, err)
	}
	return handler.HTTPResponse{}, handler.FileInfoChanges{ID: id}, nil
}

// finish runs inside the request of the last chunk and goes on when the client
// hangs up: the file is here.
func (r *Receiver) finish(e handler.HookEvent) (handler.HTTPResponse, error) {
	ctx := context.WithoutCancel(e.Context)
	if err := r.complete(ctx, fileOf(e.Upload)); err != nil {
		return handler.HTTPResponse{}, refusal(ctx, err)
	}
	return handler.HTTPResponse{}, nil
}

func (r *Receiver) drop(e handler.HookEvent) (handler.HTTPResponse, error) {
	if !r.claim(e.Upload.ID) {
		return handler.HTTPResponse{}, refusal(e.Context, errBusy)
	}
	defer r.release(e.Upload.ID)
	r.hooks.Dropped(e.Context, e.Upload.ID)
	if err := r.remove(e.Upload.ID); err != nil {
		return handler.HTTPResponse{}, refusal(e.Context, errStore.Because(err))
	}
	return handler.HTTPResponse{}, nil
}

func fileOf(i handler.FileInfo) File {
	return File{ID: i.ID, Path: i.Storage[filestore.StorageKeyPath], Meta: i.MetaData, Size: i.Size, Offset: i.Offset}
}

func sumOf(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, readerFunc(func(b []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return f.Read(b)
	})); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }
