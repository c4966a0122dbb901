package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// What a soaked node is asked, per second. It is a small part of what a node can
// do: what is looked for grows with time, not with speed.
const (
	soakSwipes  = 20 // pages of the feed
	soakWatches = 5  // each a grant, a playlist, a range of a video and a report of progress
	soakViewers = 20
	soakPause   = 20 * time.Second // between two things a producer does
)

// soak is one node that lives for a while.
type soak struct {
	*bench
	*node
	data    string
	staff   *client
	guest   drama  // comes and goes
	episode string // of a drama that stays
	file    string // name of its largest rendition below the grant's folder
	people  []*soakViewer
	clips   int // uploaded so far
}

type soakViewer struct {
	*client
	mu   sync.Mutex
	next string // cursor of the feed
	seq  int
}

// soakFor lets a node live under a steady mixed load and fails when it failed
// anybody or grew without a reason.
func (b *bench) soakFor(ctx context.Context, length time.Duration) error {
	s := &soak{bench: b, data: filepath.Join(b.dir, "soak")}
	var err error
	if s.node, err = b.start(ctx, s.data, "--account.new-accounts-per-minute=1000", "--obs.log-level=warn"); err != nil {
		return err
	}
	defer func() { s.stop() }()
	if err := s.open(ctx); err != nil {
		return err
	}
	if err := s.load(ctx, min(length/6, time.Minute)); err != nil { // until all that is made once is made
		return err
	}
	before, err := s.atRest(ctx)
	if err != nil {
		return err
	}
	off := s.watch(ctx)
	failed := s.load(ctx, length)
	samples := off()
	after, err := s.atRest(ctx)
	if err != nil {
		return errors.Join(failed, err)
	}
	return s.judge(ctx, before, after, samples, length, failed)
}

// open gives the house two dramas and an audience.
func (s *soak) open(ctx context.Context) (err error) {
	if s.staff, err = s.found(); err != nil {
		return err
	}
	steady, err := s.premiere(ctx, "steady", -1)
	if err != nil {
		return err
	}
	s.episode = steady.Episodes[0].ID
	address, _, err := s.mediaFile(ctx, s.episode, s.data)
	if err != nil {
		return err
	}
	s.file = path.Base(address)
	if s.guest, err = s.premiere(ctx, "guest", -2); err != nil {
		return err
	}
	for range soakViewers {
		c, err := s.enter()
		if err != nil {
			return err
		}
		s.people = append(s.people, &soakViewer{client: c})
	}
	return nil
}

// premiere publishes a drama of one episode.
func (s *soak) premiere(ctx context.Context, name string, n int) (d drama, err error) {
	clip, err := s.clip(ctx, n, 6)
	if err == nil {
		clip, err = s.folder(name, clip)
	}
	if err == nil {
		d.ID, err = s.take(ctx, s.data, clip)
	}
	if err == nil {
		d, err = s.staff.await(ctx, d.ID, "complete")
	}
	if err == nil {
		err = s.staff.published(ctx, d.ID)
	}
	return d, err
}

// clip generates the n-th video, like no other.
func (s *soak) clip(ctx context.Context, n, seconds int) (string, error) {
	to := filepath.Join(s.dir, fmt.Sprintf("clip%d.mp4", n))
	return to, ffmpeg(ctx, "-f", "lavfi", "-i", fmt.Sprintf("testsrc2=s=360x640:r=25:d=%d,hue=h=%d", seconds, n*7),
		"-f", "lavfi", "-i", fmt.Sprintf("sine=f=%d:r=48000:d=%d", 440+n, seconds), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", to)
}

// load is the whole load for a time; the error says how much of it failed.
func (s *soak) load(ctx context.Context, length time.Duration) error {
	var all sync.WaitGroup
	var failed [3]error
	all.Go(func() { _, failed[0] = arrivals(ctx, soakSwipes, length, s.swipe) })
	all.Go(func() { _, failed[1] = arrivals(ctx, soakWatches, length, s.view) })
	all.Go(func() { failed[2] = s.produce(ctx, time.Now().Add(length)) })
	all.Wait()
	return errors.Join(failed[:]...)
}

// viewer is whose turn it is; unlock them.
func (s *soak) viewer(n int) *soakViewer {
	v := s.people[n%len(s.people)]
	v.mu.Lock()
	return v
}

// swipe opens the next page of a viewer's feed, or begins anew after the last.
func (s *soak) swipe(n int) error {
	v := s.viewer(n)
	defer v.mu.Unlock()
	var page struct{ Next string }
	if err := v.call("GET", viewerAPI+"/feed?limit=10&after="+url.QueryEscape(v.next), nil, &page); err != nil {
		return err
	}
	v.next = page.Next
	return nil
}

// view watches a piece of the drama's episode.
func (s *soak) view(n int) error {
	v := s.viewer(n)
	defer v.mu.Unlock()
	var grant struct{ HLS string }
	if err := v.call("POST", viewerAPI+"/grants", map[string]string{"episode_id": s.episode}, &grant); err != nil {
		return err
	}
	if _, err := v.send("GET", grant.HLS, nil, nil, nil); err != nil {
		return err
	}
	from := rand.IntN(50_000)
	text, err := v.send("GET", path.Join(path.Dir(grant.HLS), s.file), nil, map[string]string{"Range": fmt.Sprintf("bytes=%d-%d", from, from+9_999)}, nil)
	if err == nil && len(text) != 10_000 {
		err = fmt.Errorf("%d bytes of a range of 10,000", len(text))
	}
	if err != nil {
		return err
	}
	v.seq++
	now := time.Now().UTC()
	return v.call("PUT", viewerAPI+"/progress", map[string]any{"sent_at": now, "reports": []map[string]any{{"episode_id": s.episode,
		"position_ms": rand.IntN(6000), "at": now, "seq": v.seq, "session": "soak", "event": "pause"}}}, nil)
}

// produce uploads a clip, waits until it is encoded, takes the guest drama off
// and puts it on again, until the time is over.
func (s *soak) produce(ctx context.Context, until time.Time) error {
	for ; time.Now().Before(until); s.clips++ {
		clip, err := s.clip(ctx, s.clips, 2)
		if err == nil {
			err = s.upload(ctx, clip)
		}
		for _, step := range []string{"withdraw", "reopen", "ready", "publish"} {
			if err == nil {
				err = s.staff.call("POST", consoleAPI+"/dramas/"+s.guest.ID+"/"+step, map[string]string{"reason": "A rest."}, nil)
			}
		}
		if err == nil {
			err = pause(ctx, min(soakPause, max(time.Until(until), 0)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// upload sends a file and waits for all that is made of it.
func (s *soak) upload(ctx context.Context, file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	os.Remove(file)
	tus := map[string]string{"Tus-Resumable": "1.0.0", "Upload-Length": strconv.Itoa(len(content)),
		"Upload-Metadata": "filename " + base64.StdEncoding.EncodeToString([]byte(filepath.Base(file)))}
	var answer http.Header
	if _, err := s.staff.send("POST", consoleAPI+"/uploads/", nil, tus, &answer); err != nil {
		return err
	}
	tus = map[string]string{"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
	if _, err := s.staff.send("PATCH", answer.Get("Location"), bytes.NewReader(content), tus, nil); err != nil {
		return err
	}
	for {
		var newest struct {
			Items [1]struct{ State, Filename string }
		}
		if err := s.staff.call("GET", consoleAPI+"/assets?limit=1", nil, &newest); err != nil || newest.Items[0].State == "complete" {
			return err
		}
		if newest.Items[0].State == "failed" {
			return fmt.Errorf("%s failed", newest.Items[0].Filename)
		}
		if err := pause(ctx, time.Second); err != nil {
			return err
		}
	}
}
