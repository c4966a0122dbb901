package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"cliffhanger/internal/platform/blob"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/media/cmaf"
)

// segment is the size of a range: two seconds of a good 720p rendition.
const segment = 450_000

// measureBytes compares the processor time of handing out a segment with that
// of nginx, which serves the very same file.
func measureBytes(ctx context.Context, b *bench) error {
	data := filepath.Join(b.dir, "bytes")
	n, err := b.start(ctx, data)
	if err != nil {
		return err
	}
	defer func() { n.stop() }()
	episode, err := b.oneEpisode(ctx, n, data)
	if err != nil {
		return err
	}
	address, file, err := n.mediaFile(ctx, episode, data)
	if err != nil {
		return err
	}
	if err := b.open(file); err != nil {
		return err
	}
	if err := b.crowd(ctx, server{address, []int{n.cmd.Process.Pid}}, file); err != nil {
		return err
	}
	n.stop()
	d := duel{data: data, episode: episode, file: file}
	if d.content, err = os.ReadFile(file); err != nil {
		return err
	}
	if d.cert, d.key, err = b.certificate(); err != nil {
		return err
	}
	if err := b.compare(ctx, d, "plain HTTP", 1.10); err != nil {
		return err
	}
	d.tls = true
	return b.compare(ctx, d, "TLS", 0)
}

// oneEpisode imports a real film and answers its episode once all is encoded.
func (b *bench) oneEpisode(ctx context.Context, n *node, data string) (episode string, err error) {
	source, err := film(ctx)
	if err != nil {
		return "", err
	}
	master, err := b.portrait(ctx, source, b.fewer(30, 10))
	if err != nil {
		return "", err
	}
	staff, err := n.found()
	if err != nil {
		return "", err
	}
	folder, err := b.folder("bytes", master)
	if err != nil {
		return "", err
	}
	id, err := b.take(ctx, data, folder)
	if err != nil {
		return "", err
	}
	d, err := staff.await(ctx, id, "complete")
	if err != nil {
		return "", err
	}
	return d.Episodes[0].ID, nil
}

// mediaFile answers the address by which a viewer's grant opens the largest
// rendition of the only episode, and where that lies.
func (n *node) mediaFile(ctx context.Context, episode, data string) (address, file string, err error) {
	viewer, err := n.enter()
	if err != nil {
		return "", "", err
	}
	var grant struct{ HLS string }
	if err := viewer.call("POST", viewerAPI+"/grants", map[string]string{"episode_id": episode}, &grant); err != nil {
		return "", "", err
	}
	d, err := db.Open(ctx, "sqlite:"+filepath.Join(data, "cliffhanger.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		return "", "", err
	}
	defer d.Close()
	var name, sum, key string
	if err := d.QueryRow(ctx, `SELECT name, sha256, blob_key FROM media_rendition WHERE kind = 'video' ORDER BY bytes DESC LIMIT 1`).Scan(&name, &sum, &key); err != nil {
		return "", "", err
	}
	store, err := blob.Local(filepath.Join(data, "blobs"))
	if err != nil {
		return "", "", err
	}
	defer store.Close()
	return n.url + path.Join(path.Dir(grant.HLS), name+"-"+sum[:32]+path.Ext(key)), store.Path(key), nil
}

// open counts what is read of a rendition to know where its segments lie.
func (b *bench) open(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	counted := &countingReader{ReaderAt: f}
	t, err := cmaf.Open(counted, info.Size())
	if err != nil {
		return err
	}
	b.add(row{name: "share of a rendition read to open it", value: 100 * float64(counted.bytes) / float64(info.Size()), unit: "%",
		peer: fmt.Sprintf("%d of %d bytes in %d reads; the head is %d bytes, %d segments", counted.bytes, info.Size(), counted.reads, t.Index.End(), len(t.Segments))})
	return nil
}

type countingReader struct {
	io.ReaderAt
	bytes, reads int64
}

func (c *countingReader) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.ReaderAt.ReadAt(p, at)
	c.bytes, c.reads = c.bytes+int64(n), c.reads+1
	return n, err
}

// server is one side of the comparison: an address of the file, and the
// processes that serve it.
type server struct {
	url  string
	pids []int
}

// duel is what a node and nginx serve.
type duel struct {
	data, episode string
	file          string
	content       []byte
	cert, key     string
	tls           bool
}

// compare lets a node and nginx serve the same ranges in turns, so that whatever
// else the machine does meets both, and Go's own file server for information.
// Medians of the rounds count: a machine that is slow for a moment is so in one
// of them. How the threads of a process come to lie is luck that lasts as long as
// it lives, up to a tenth; so each side is started anew every few rounds.
func (b *bench) compare(ctx context.Context, d duel, how string, target float64) error {
	lives, rounds, requests := b.fewer(7, 2), b.fewer(7, 2), b.fewer(4000, 1000)
	used := map[string][]time.Duration{}
	for life := range lives {
		if err := b.live(ctx, d, life, rounds, requests, used); err != nil {
			return err
		}
	}
	middle := func(side string) float64 { return micros(quantile(used[side], 0.5)) } // it sorts
	told := fmt.Sprintf("nginx; %.0f against %.0f µs, medians of %d rounds of %d ranges each, shared by %d processes of either, from",
		middle("node"), middle("nginx"), lives*rounds, requests, lives)
	told += fmt.Sprintf(" %.0f and %.0f µs in the fastest", micros(used["node"][0]), micros(used["nginx"][0]))
	if len(used["floor"]) > 0 {
		told += fmt.Sprintf("; Go’s http.ServeContent alone needs %.0f, in the fastest round %.0f µs", middle("floor"), micros(used["floor"][0]))
	}
	b.add(row{name: "processor time per 450-kB range, " + how, value: middle("node") / middle("nginx"), unit: "×", target: target, peer: told})
	return nil
}

// live starts each side, and lets them take turns.
func (b *bench) live(ctx context.Context, d duel, life, rounds, requests int, used map[string][]time.Duration) error {
	var flags []string
	if d.tls {
		flags = []string{"--http.tls.cert-file=" + d.cert, "--http.tls.key-file=" + d.key}
	}
	n, err := b.start(ctx, d.data, flags...)
	if err != nil {
		return err
	}
	defer n.stop()
	address, _, err := n.mediaFile(ctx, d.episode, d.data)
	if err != nil {
		return err
	}
	blobs := filepath.Join(d.data, "blobs")
	peer, err := b.startNginx(ctx, blobs, d.cert, d.key)
	if err != nil {
		return err
	}
	defer peer.stop()
	name, err := filepath.Rel(blobs, d.file)
	if err != nil {
		return err
	}
	sides := map[string]server{
		"node":  {address, []int{n.cmd.Process.Pid}},
		"nginx": {peer.plain + "/" + name, peer.pids()},
	}
	if d.tls {
		sides["nginx"] = server{peer.tls + "/" + name, peer.pids()}
	} else {
		floor, stop, err := startFloor(ctx, d.file)
		if err != nil {
			return err
		}
		defer stop()
		sides["floor"] = floor
	}
	f := newFetcher(d.content, 16)
	defer f.client.CloseIdleConnections()
	for round := range rounds + 1 {
		for side, s := range sides { // in any order
			took, err := f.round(ctx, s, requests, uint64(life*(rounds+1)+round))
			if err != nil {
				return fmt.Errorf("%s: %w", s.url, err)
			}
			if round > 0 { // the first warms up
				used[side] = append(used[side], took/time.Duration(requests))
			}
		}
	}
	return nil
}

// fetcher reads ranges of a known file.
type fetcher struct {
	content []byte
	readers int
	client  *http.Client
}

func newFetcher(content []byte, readers int) *fetcher {
	return &fetcher{content, readers, &http.Client{Timeout: 2 * time.Minute, Transport: &http.Transport{
		MaxIdleConnsPerHost: readers, DisableCompression: true,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // our own certificate
	}}}
}

// round fetches random ranges and answers what that cost the server.
func (f *fetcher) round(ctx context.Context, s server, requests int, seed uint64) (time.Duration, error) {
	before, err := used(s.pids...)
	if err != nil {
		return 0, err
	}
	g, ctx := errgroup.WithContext(ctx)
	for i := range f.readers {
		g.Go(func() error {
			random, buf := rand.New(rand.NewPCG(seed, uint64(i))), make([]byte, segment)
			for range requests / f.readers {
				if err := f.fetch(ctx, s.url, random.IntN(len(f.content)-segment), buf); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return 0, err
	}
	after, err := used(s.pids...)
	return after - before, err
}

// fetch reads one range into buf and checks it.
func (f *fetcher) fetch(ctx context.Context, url string, at int, buf []byte) error {
	res, err := f.ask(ctx, url, at)
	if err != nil {
		return err
	}
	return f.read(res, at, buf)
}

func (f *fetcher) ask(ctx context.Context, url string, at int) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", at, at+segment-1))
	return f.client.Do(req)
}

func (f *fetcher) read(res *http.Response, at int, buf []byte) error {
	defer res.Body.Close()
	if res.StatusCode != http.StatusPartialContent || res.ContentLength != segment {
		return fmt.Errorf("answered %s with %d bytes", res.Status, res.ContentLength)
	}
	if _, err := io.ReadFull(res.Body, buf); err != nil {
		return err
	}
	if _, err := res.Body.Read(buf[:0]); err != nil && err != io.EOF {
		return err
	}
	// The ends are enough to tell a wrong range; the middle would cost the reader.
	const ends = 64
	if !bytes.Equal(buf[:ends], f.content[at:at+ends]) || !bytes.Equal(buf[segment-ends:], f.content[at+segment-ends:at+segment]) {
		return fmt.Errorf("the bytes from %d are not those of the file", at)
	}
	return nil
}

// crowd holds 2,000 answers open at once and counts what goes wrong.
func (b *bench) crowd(ctx context.Context, s server, file string) error {
	const readers, ranges = 2000, 3
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	f := newFetcher(content, readers)
	defer f.client.CloseIdleConnections()
	var (
		all, open sync.WaitGroup
		failed    atomic.Int64
		first     atomic.Pointer[error]
	)
	fail := func(err error) {
		failed.Add(1)
		first.CompareAndSwap(nil, &err)
	}
	began := time.Now()
	open.Add(readers)
	for i := range readers {
		all.Go(func() {
			random, buf := rand.New(rand.NewPCG(1, uint64(i))), make([]byte, segment)
			at := random.IntN(len(content) - segment)
			res, err := f.ask(ctx, s.url, at)
			open.Done()
			open.Wait() // everybody has an answer under way before anybody reads on
			if err == nil {
				err = f.read(res, at, buf)
			}
			if err != nil {
				fail(err)
			}
			for range ranges - 1 {
				if err := f.fetch(ctx, s.url, random.IntN(len(content)-segment), buf); err != nil {
					fail(err)
				}
			}
		})
	}
	all.Wait()
	took := time.Since(began).Seconds()
	told := fmt.Sprintf("%d ranges of 450 kB in %.1f s, %.0f MB/s; the node held at most %d MB",
		readers*ranges, took, readers*ranges*segment/1e6/took, peakRSS(s.pids[0])>>20)
	if err := first.Load(); err != nil {
		told += "; first: " + strings.ReplaceAll((*err).Error(), s.url, "…")
	}
	b.add(row{name: "errors among 2,000 readers at once", value: float64(failed.Load()), none: true, peer: told})
	return nil
}
