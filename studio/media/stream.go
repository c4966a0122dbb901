package media

import (
	"context"
	"path"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/media/display"
	"cliffhanger/studio/media/token"
)

// MediaPath is where players fetch from; a token and an asset follow.
const MediaPath = "/media/v1/"

// StreamRequest asks for the addresses of one asset.
type StreamRequest struct {
	Asset   id.Asset
	Device  id.Device       // the links are this device's; "" for staff
	UntilMS int64           // how much may be watched, from the start; 0 is all of it
	Display display.Display // what the manifests are for; the zero one is any

	NotAfter time.Time // when the links must have ended; zero: no sooner than others
}

// Stream is where and how an asset is played. All addresses are paths on this
// host and stop working at ExpiresAt; asking again gives new ones, which are the
// same ones until RenewAfter. Links that had to end sooner are not renewed before
// they have.
type Stream struct {
	Asset         id.Asset
	HLS, DASH     string
	Head          string // the first seconds as one plain file, or ""
	HeadMS        int64
	Sprite        *Sprite
	Poster        string // a frame of it, or ""
	Subtitles     []StreamSubtitle
	FirstRange    FirstRange
	RenewAfter    time.Time // from here on asking again gives links that live longer
	ExpiresAt     time.Time
	DurationMS    int64
	Width, Height int
}

// StreamSubtitle is one subtitle file.
type StreamSubtitle struct{ Lang, Label, URL string }

// FirstRange is what a client fetches ahead of playing: the beginning of the
// lowest quality, with its index and first segment.
type FirstRange struct {
	URL    string
	Length int64 // bytes from the start of the file
}

// Sprite is a picture of thumbnails in rows, one each IntervalMS. Where they do
// not fit on one, its address has {n} for the number of the picture, from 1.
type Sprite struct {
	URL        string `json:"url"`
	IntervalMS int64  `json:"interval_ms"`
	Columns    int    `json:"columns"`
	Rows       int    `json:"rows"`
	Width      int    `json:"width" doc:"Of one thumbnail, pixels."`
	Height     int    `json:"height"`
	Count      int    `json:"count"`
}

// errNotPlayable is an asset nobody can watch yet, or any more.
var errNotPlayable = fault.New(fault.Conflict, "media.not_playable", "This file cannot be played yet.")

// Open answers the addresses of each asset asked for, in the same order. An
// asset that does not exist, cannot be played or is blocked by quality control has
// a zero Stream. Whether the viewer may watch it otherwise is the asker's business.
func (s *Service) Open(ctx context.Context, asked []StreamRequest) ([]Stream, error) {
	ids := make([]id.Asset, len(asked))
	for i, r := range asked {
		ids[i] = r.Asset
	}
	shelves, err := s.shelvesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Stream, len(asked))
	for i, r := range asked {
		if sh := shelves[r.Asset]; sh != nil && sh.state.Watchable() && !sh.blocked {
			out[i] = s.stream(sh, r)
		}
	}
	return out, nil
}

// Preview answers the addresses of an asset to staff who may manage it, blocked
// or not: they are to see what is wrong with it.
func (s *Service) Preview(ctx context.Context, by actor.Actor, a id.Asset) (Stream, error) {
	asset, err := s.managed(ctx, s.d.DB, by, a)
	if err != nil {
		return Stream{}, err
	}
	sh, err := s.shelf(ctx, a)
	if err != nil {
		return Stream{}, err
	}
	if !sh.state.Watchable() {
		return Stream{}, errNotPlayable
	}
	seen := event.WorkViewed{By: event.By(by), Org: asset.Org, Drama: asset.For.Drama, Asset: a}
	err = s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.d.Bus.Announce(ctx, tx, seen) })
	return s.stream(sh, StreamRequest{Asset: a}), err
}

// prefix is what every address of an asset begins with.
func (s *Service) prefix(a id.Asset, d id.Device, epoch uint32, untilMS int64, expires time.Time) string {
	t := s.ring.Load().Sign(token.Claims{Device: d, Asset: a, Epoch: epoch, UntilMS: uint32(min(untilMS, 1<<32-1)), Expires: expires})
	return MediaPath + t + "/" + string(a) + "/"
}

// life is when links signed now end, and from when on asking again gives others.
func (s *Service) life(notAfter time.Time) (expires, renew time.Time) {
	expires = token.ExpiresAt(s.now(), s.cfg.LinkLife)
	if notAfter.IsZero() || !notAfter.Before(expires) {
		return expires, expires.Add(-s.cfg.LinkLife)
	}
	sooner := notAfter.Add(time.Second - 1).Truncate(time.Second) // a token knows whole seconds
	return sooner, sooner
}

func (s *Service) stream(sh *shelf, r StreamRequest) Stream {
	expires, renew := s.life(r.NotAfter)
	prefix := s.prefix(r.Asset, r.Device, sh.epoch, r.UntilMS, expires)
	out := Stream{
		Asset: r.Asset, HLS: prefix + r.Display.Name(masterPlaylist), DASH: prefix + r.Display.Name(dashManifest),
		RenewAfter: renew, ExpiresAt: expires, DurationMS: sh.durationMS, Width: sh.width, Height: sh.height,
	}
	for _, f := range sh.renditions {
		switch f.Kind {
		case kindHead:
			if r.UntilMS == 0 || sh.report.HeadMS <= r.UntilMS {
				out.Head, out.HeadMS = prefix+f.File(), sh.report.HeadMS
			}
		case kindSprite:
			out.Sprite = spriteAt(prefix, f, sh.report, out.Sprite)
		case kindPoster:
			if out.Poster == "" {
				out.Poster = prefix + f.File()
			}
		}
	}
	for _, sub := range sh.subtitles {
		out.Subtitles = append(out.Subtitles, StreamSubtitle{sub.Lang, sub.Label, prefix + sub.file})
	}
	if low := sh.lowest(); low != nil {
		out.FirstRange = FirstRange{prefix + low.File(), low.firstBytes()}
	}
	return out
}

// spriteAt is the sprite once sheet f is known, after the sheets before it. One
// sheet has a plain address; several have one with {n} in it, counted from 1.
func spriteAt(prefix string, f Rendition, r Report, before *Sprite) *Sprite {
	if r.Sprite == nil {
		return nil
	}
	sprite := *r.Sprite
	sprite.URL = prefix + f.File()
	if before != nil {
		sprite.URL = prefix + "sprite-{n}.jpg"
	}
	return &sprite
}

// File is the last part of the rendition's address: what it is, and the hash of
// its bytes, so that a cache before us can tell equal files by it.
func (r Rendition) File() string { return r.Name + "-" + r.SHA256[:32] + path.Ext(r.Key) }
