package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"time"

	"cliffhanger/internal/kernel/id"
)

const (
	pagesPerSecond = 500
	viewers        = 1000
	begunBefore    = 12 // dramas in each viewer's history
)

// measurePages asks for feed and drama pages of a house with 10,000 published
// dramas, on both SQL engines, as 1,000 viewers.
func measurePages(ctx context.Context, b *bench) error {
	err := b.pagesOn(ctx, "SQLite", "sqlite:"+filepath.Join(b.dir, "pages-SQLite", "cliffhanger.db"))
	if err != nil {
		return fmt.Errorf("SQLite: %w", err)
	}
	p, err := startPostgres(ctx)
	if err != nil {
		return err
	}
	defer p.stop()
	if err := b.pagesOn(ctx, "PostgreSQL", p.address, "--database="+p.address); err != nil {
		return fmt.Errorf("PostgreSQL: %w", err)
	}
	return nil
}

func (b *bench) pagesOn(ctx context.Context, engine, address string, args ...string) error {
	data := filepath.Join(b.dir, "pages-"+engine)
	args = append(args, "--account.new-accounts-per-minute=100000")
	dramas, first, err := b.fill(ctx, data, address, args)
	if err != nil {
		return err
	}
	n, err := b.start(ctx, data, args...)
	if err != nil {
		return err
	}
	defer n.stop()
	b.add(row{name: "process start to first byte with 10,000 dramas, " + engine, value: ms(n.ready), unit: "ms", target: 2000})
	people, err := n.audience(ctx, first)
	if err != nil {
		return err
	}
	defer people.http.CloseIdleConnections()
	if err := n.calm(ctx); err != nil { // others have heard what was watched
		return err
	}
	if _, err := b.page(ctx, "feed page, "+engine, n, pagesPerSecond, people.feed); err != nil {
		return err
	}
	if err := b.besideReports(ctx, engine, n, people, first); err != nil {
		return err
	}
	_, err = b.page(ctx, "drama page, "+engine, n, pagesPerSecond, func(i int) error {
		return people.drama(i, dramas[rand.IntN(len(dramas))])
	})
	return err
}

// fill makes the house: one real drama, copies of it, and all that listens to
// publishing brought up to date.
func (b *bench) fill(ctx context.Context, data, address string, args []string) ([]id.Drama, []id.Episode, error) {
	n, err := b.start(ctx, data, args...)
	if err != nil {
		return nil, nil, err
	}
	err = b.realDrama(ctx, n, data, args)
	n.stop()
	if err != nil {
		return nil, nil, err
	}
	dramas, first, err := seed(ctx, address)
	if err != nil {
		return nil, nil, err
	}
	if n, err = b.start(ctx, data, args...); err != nil {
		return nil, nil, err
	}
	defer n.stop()
	for known := 0; known < slateSize; {
		if err := pause(ctx, time.Second); err != nil {
			return nil, nil, err
		}
		if known, err = heard(ctx, address); err != nil {
			return nil, nil, err
		}
	}
	return dramas, first, n.calm(ctx) // the search index is made
}

func (b *bench) realDrama(ctx context.Context, n *node, data string, args []string) error {
	source, err := film(ctx)
	if err != nil {
		return err
	}
	master, err := b.portrait(ctx, source, 8)
	if err != nil {
		return err
	}
	staff, err := n.found()
	if err != nil {
		return err
	}
	folder := filepath.Join(b.dir, "folders", "pages")
	if !exists(folder) {
		if folder, err = b.folder("pages", master); err != nil {
			return err
		}
	}
	drama, err := b.take(ctx, data, folder, args...)
	if err != nil {
		return err
	}
	if _, err = staff.await(ctx, drama, "complete"); err != nil {
		return err
	}
	return staff.published(ctx, drama)
}

// page measures one kind of page at a rate that does not wait for answers, and
// answers the 99th percentile.
func (b *bench) page(ctx context.Context, name string, n *node, perSecond int, ask func(i int) error) (time.Duration, error) {
	warm, length := b.fewer(10, 3), b.fewer(40, 10)
	if _, err := arrivals(ctx, perSecond, time.Duration(warm)*time.Second, ask); err != nil {
		return 0, err
	}
	before, err := timesOf(n.cmd.Process.Pid)
	if err != nil {
		return 0, err
	}
	slow := pacemaker()
	calls, err := arrivals(ctx, perSecond, time.Duration(length)*time.Second, ask)
	spans := slow()
	if err != nil {
		return 0, err
	}
	after, err := timesOf(n.cmd.Process.Pid)
	if err != nil {
		return 0, err
	}
	all, took := atFullSpeed(calls, nil), atFullSpeed(calls, spans)
	if len(took) < len(all)/2 {
		return 0, fmt.Errorf("this machine was slow for more than half of the time")
	}
	b.add(row{name: "99th percentile of the " + name, value: ms(quantile(took, 0.99)), unit: "ms", target: 10,
		peer: fmt.Sprintf("%d requests at %d/s, %d viewers; median %.2f, 95th %.2f, worst %.0f ms; node used %.0f µs of a processor per page. "+
			"%.1f %% fell into moments when the machine was slow and do not count; with them the 99th is %.1f, the worst %.0f ms",
			len(all), perSecond, viewers, ms(quantile(took, 0.5)), ms(quantile(took, 0.95)), ms(quantile(took, 1)),
			micros(after.own-before.own)/float64(len(all)),
			100*float64(len(all)-len(took))/float64(len(all)), ms(quantile(all, 0.99)), ms(quantile(all, 1)))})
	return quantile(took, 0.99), nil
}

// audience are viewers with a history, who swipe on through the feed.
type audience struct {
	url    string
	http   *http.Client
	people []*person
}

type person struct {
	token string
	mu    sync.Mutex
	next  string // cursor of the visit
	pages int    // of this visit
}

const pagesPerVisit = 4

func (n *node) audience(ctx context.Context, first []id.Episode) (*audience, error) {
	a := &audience{n.url, newAudienceClient(), make([]*person, viewers)}
	for i := range a.people {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c := newClient(n.url)
		c.http = a.http
		var session struct{ Token string }
		if err := c.call("POST", viewerAPI+"/sessions", map[string]any{"locale": "en", "bearer": true}, &session); err != nil {
			return nil, err
		}
		a.people[i] = &person{token: session.Token}
		if len(first) > 0 {
			if err := a.begin(c, session.Token, first); err != nil {
				return nil, err
			}
		}
	}
	return a, nil
}

// begin gives a viewer a history.
func (a *audience) begin(c *client, token string, first []id.Episode) error {
	now := time.Now().UTC()
	var reports []map[string]any
	for i := range begunBefore {
		reports = append(reports, map[string]any{"episode_id": first[rand.IntN(len(first))], "position_ms": 2000 + 100*i, "at": now,
			"seq": i + 1, "session": "bench", "event": "pause"})
	}
	text, err := json.Marshal(map[string]any{"sent_at": now, "reports": reports})
	if err != nil {
		return err
	}
	_, err = c.send("PUT", viewerAPI+"/progress", bytes.NewReader(text), map[string]string{"Content-Type": "application/json", "Authorization": "Bearer " + token}, nil)
	return err
}

// feed opens the next page of the i-th viewer's visit, or begins another visit.
func (a *audience) feed(i int) error {
	p := a.people[i%len(a.people)]
	p.mu.Lock()
	after := p.next
	p.mu.Unlock()
	text, err := a.get(p, "/feed?limit=10&after="+url.QueryEscape(after))
	if err != nil {
		return err
	}
	var page struct {
		Items []json.RawMessage
		Next  string
	}
	if err := json.Unmarshal(text, &page); err != nil {
		return err
	}
	if len(page.Items) == 0 {
		return fmt.Errorf("an empty page of the feed")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next, p.pages = page.Next, p.pages+1; p.pages%pagesPerVisit == 0 {
		p.next = ""
	}
	return nil
}

func (a *audience) drama(i int, drama id.Drama) error {
	_, err := a.get(a.people[i%len(a.people)], "/dramas/"+string(drama))
	return err
}

func (a *audience) get(p *person, path string) ([]byte, error) {
	req, err := http.NewRequest("GET", a.url+viewerAPI+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	res, err := a.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s %s", path, res.Status, text)
	}
	return text, err
}
