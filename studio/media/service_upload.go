package media

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/studio/media/upload"
)

var (
	errContainer = fault.New(fault.Invalid, "media.container_unknown", "This is not a video file we take. Send MP4, MOV, M4V, MKV, WebM or MPEG-TS.")
	errQuota     = fault.New(fault.Exhausted, "media.quota_exceeded", "Your organisation's storage is used up. Ask the operator for more.")
	errTooMany   = fault.New(fault.Exhausted, "media.too_many_uploads", "Your organisation has too many unfinished uploads. Finish or cancel some first.")
	errEmpty     = fault.New(fault.Invalid, "media.file_empty", "This file is empty.")
	errTooLarge  = fault.New(fault.Invalid, "media.upload_too_large", "This file is larger than masters may be.")
	errNoOrg     = fault.New(fault.Invalid, "media.organisation_missing", "Say which organisation this file belongs to.")
)

var containers = map[string]bool{".mp4": true, ".mov": true, ".m4v": true, ".mkv": true, ".webm": true, ".ts": true, ".mts": true, ".m2ts": true}

// uploadHooks answers the protocol's questions.
type uploadHooks struct{ s *Service }

// Admit enters the upload, within the quota.
func (h uploadHooks) Admit(ctx context.Context, in upload.Intent) (string, error) {
	s, by := h.s, httpx.CallerFrom(ctx).Actor
	u, err := s.intend(by, in)
	if err != nil {
		return "", err
	}
	disk, err := s.disk()
	if err != nil {
		return "", err
	}
	err = s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		stored, open, err := storedBytes(ctx, tx, u.Org)
		switch {
		case err != nil:
			return err
		case open >= s.cfg.MaxOpen:
			return errTooMany
		case stored+u.Size > s.cfg.Quota:
			return errQuota
		}
		lacking, err := lackingBytes(ctx, tx, u.Node)
		switch {
		case err != nil:
			return err
		case disk.free <= u.Size+lacking:
			return errDiskLow
		}
		return insertUpload(ctx, tx, u)
	})
	return u.Address(), err
}

// intend reads what a client says of its file; nothing of it is believed beyond
// its form.
func (s *Service) intend(by actor.Actor, in upload.Intent) (Upload, error) {
	org := by.Org
	if o := in.Meta["organisation_id"]; o != "" {
		parsed, err := id.Parse[id.Org](o)
		if err != nil {
			return Upload{}, errNoOrg.Because(err)
		}
		org = parsed
	}
	if org == "" {
		return Upload{}, errNoOrg
	}
	if !by.MayManage(org) {
		return Upload{}, errNotAllowed
	}
	name := cleanName(in.Meta["filename"])
	switch {
	case !containers[strings.ToLower(filepath.Ext(name))]:
		return Upload{}, errContainer
	case in.Size == 0:
		return Upload{}, errEmpty
	case in.Size > s.cfg.MaxUpload:
		return Upload{}, errTooLarge
	}
	profile := in.Meta["profile"]
	if err := checkProfile(profile); err != nil {
		return Upload{}, err
	}
	now := s.now()
	u := Upload{
		ID: id.At[id.Upload](now), Org: org, Staff: by.Staff, Node: s.cfg.Node, Filename: name, Size: in.Size, Profile: profile,
		CreatedAt: now, ExpiresAt: now.Add(s.cfg.UploadLife),
	}
	if drama, err := id.Parse[id.Drama](in.Meta["drama_id"]); err == nil {
		u.For.Drama = drama
		if n, err := strconv.Atoi(in.Meta["episode_number"]); err == nil && n > 0 && n < 1<<20 {
			u.For.Episode = n
		}
	}
	return u, nil
}

// cleanName is a file name fit to show: the last part of whatever path it came
// with, without control characters, at most 200 characters long.
func cleanName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if r := []rune(name); len(r) > 200 {
		name = string(r[len(r)-200:]) // the end: it has the extension
	}
	return name
}

// Ready holds chunks back while the disk is almost full; clients try again.
func (h uploadHooks) Ready(_ context.Context, _ string) error {
	d, err := h.s.disk()
	if err == nil && d.free <= 0 {
		err = upload.ErrNoRoom
	}
	return err
}

// Received keeps the progress where every node sees it, and the upload alive.
func (h uploadHooks) Received(ctx context.Context, address string, offset int64) {
	_, u, _ := splitAddress(address)
	expires := clock.Micros(h.s.now().Add(h.s.cfg.UploadLife))
	err := h.s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return setReceived(ctx, tx, u, offset, expires) })
	if err != nil {
		h.s.d.Log.Warn("upload progress not recorded", "err", err)
	}
}

// Dropped forgets the upload.
func (h uploadHooks) Dropped(ctx context.Context, address string) {
	_, u, _ := splitAddress(address)
	err := h.s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return deleteUpload(ctx, tx, u) })
	if err != nil {
		h.s.d.Log.Warn("upload not forgotten; it will expire", "err", err)
	}
}

// Completed makes a master of the file and an asset of the master.
func (h uploadHooks) Completed(ctx context.Context, f upload.File, sum string) error {
	s := h.s
	_, uid, _ := splitAddress(f.ID)
	u, err := uploadByID(ctx, s.d.DB, uid)
	if errors.Is(err, db.ErrNoRows) || err == nil && u.Asset != "" {
		return nil // given up, or done by a process before us
	}
	if err != nil {
		return err
	}
	if err := s.keepMaster(ctx, sum, func(key string) error { return s.putTwin(ctx, key, f.Path) }); err != nil {
		return err
	}
	return s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := s.enter(ctx, tx, Asset{Org: u.Org, SHA256: sum, Filename: u.Filename, Size: f.Size, For: u.For, Profile: u.Profile})
		if err != nil {
			return err
		}
		return setUploaded(ctx, tx, u.ID, a)
	})
}

// keepMaster has put store the master of that hash, unless it is there already.
func (s *Service) keepMaster(ctx context.Context, sum string, put func(key string) error) error {
	key := MasterKey(sum)
	if err := s.kept.Claim(ctx, key); err != nil {
		return err
	}
	if _, err := s.d.Blobs.Stat(ctx, key); err == nil || !errors.Is(err, blob.ErrMissing) {
		return err
	}
	return put(key)
}

// putTwin stores the file at path and leaves it at path too, until the asset is
// entered.
func (s *Service) putTwin(ctx context.Context, key, path string) error {
	twin := filepath.Join(s.cfg.scratchDir(), "master-"+string(id.New[id.Job]()))
	if err := os.Link(path, twin); err == nil {
		defer os.Remove(twin)
		return blob.PutFile(ctx, s.d.Blobs, key, twin)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return s.d.Blobs.Put(ctx, key, f, -1)
}

// enter makes the asset of a master that is in the store, once per organisation.
// A master that comes again after it failed or was stopped gets another chance,
// and one that comes with another profile is judged by that one.
func (s *Service) enter(ctx context.Context, tx *db.Tx, a Asset) (id.Asset, error) {
	now := s.now()
	there, err := assetBySHA(ctx, tx, a.Org, a.SHA256)
	switch {
	case err == nil:
		if there, err = s.again(ctx, tx, there); err == nil && a.Profile != "" && a.Profile != there.Profile {
			err = s.judgeAnew(ctx, tx, there, a.Profile)
		}
		if err != nil {
			return "", err
		}
		if a.For.Drama == "" {
			return there.ID, nil
		}
		return there.ID, s.d.Bus.Announce(ctx, tx, completed(there.ID, a)) // for another episode
	case !errors.Is(err, db.ErrNoRows):
		return "", err
	}
	a.ID, a.State, a.Profile = id.At[id.Asset](now), Uploaded, cmp.Or(a.Profile, s.cfg.Profile)
	a.CreatedAt, a.QueuedAt, a.UpdatedAt = now, now, now
	if err := insertAsset(ctx, tx, a); err != nil {
		return "", err
	}
	if err := s.d.Bus.Announce(ctx, tx, completed(a.ID, a)); err != nil {
		return "", err
	}
	return a.ID, s.d.Bus.EnqueueTx(ctx, tx, Transcode{a.ID, a.turn()})
}

// again queues a master that failed or was stopped once more; any other stays as
// it is.
func (s *Service) again(ctx context.Context, tx *db.Tx, a Asset) (Asset, error) {
	if a.State != Failed && a.State != Cancelled {
		return a, nil
	}
	a, _, err := a.retry(s.now())
	if err != nil {
		return a, err
	}
	a.UpdatedAt = s.now()
	return a, errors.Join(updateAsset(ctx, tx, a), s.d.Bus.EnqueueTx(ctx, tx, Transcode{a.ID, a.turn()}))
}

func completed(asset id.Asset, sent Asset) event.UploadCompleted {
	return event.UploadCompleted{Asset: asset, Org: sent.Org, Drama: sent.For.Drama, Episode: sent.For.Episode, SHA256: sent.SHA256}
}

// Uploads lists the unfinished uploads of one member of staff.
func (s *Service) Uploads(ctx context.Context, by actor.Actor) ([]Upload, error) {
	if by.Kind != actor.Staff {
		return nil, errNotAllowed
	}
	return openUploads(ctx, s.d.DB, by.Staff)
}

// expireUploads forgets uploads nobody continued, and the files of this node
// that no upload knows.
func (s *Service) expireUploads(ctx context.Context) error {
	if err := s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := deleteExpiredUploads(ctx, tx, clock.Micros(s.now()))
		return err
	}); err != nil {
		return err
	}
	files, err := s.uploads.Files()
	for _, f := range files {
		_, u, _ := splitAddress(f.ID)
		if _, e := uploadByID(ctx, s.d.DB, u); errors.Is(e, db.ErrNoRows) {
			err = errors.Join(err, s.uploads.Remove(f.ID))
		}
	}
	return err
}

// splitAddress takes the last part of an upload's URL apart.
func splitAddress(address string) (node string, u id.Upload, err error) {
	node, rest, _ := strings.Cut(address, ".")
	u, err = id.Parse[id.Upload](rest)
	return node, u, err
}
