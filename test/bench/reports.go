package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"cliffhanger/internal/kernel/id"
)

// Players report every ten seconds: 2,000 reports a second are those of 20,000
// viewers. One who stays ten seconds with a drama, and is handed ten at a time, asks
// for a page every hundred.
const (
	reportsPerSecond    = 2000
	crowdPagesPerSecond = 200
)

// measureReports lets all viewers of a node report their progress, as their players
// do every ten seconds, and asks what one report takes of a processor.
func measureReports(ctx context.Context, b *bench) error {
	data := filepath.Join(b.dir, "reports")
	args := []string{"--account.new-accounts-per-minute=100000", "--obs.log-level=warn"}
	n, err := b.start(ctx, data, args...)
	if err != nil {
		return err
	}
	defer n.stop()
	if err := b.realDrama(ctx, n, data, args); err != nil {
		return err
	}
	people, err := n.audience(ctx, nil)
	if err != nil {
		return err
	}
	defer people.http.CloseIdleConnections()
	episode, err := people.episode()
	if err != nil {
		return err
	}
	at := 0
	report := func(i int) error { return people.report(episode, at+i) }
	warm, length := b.fewer(5, 2), b.fewer(30, 5)
	if _, err := arrivals(ctx, reportsPerSecond, time.Duration(warm)*time.Second, report); err != nil { // the first of an episode is announced
		return err
	}
	at += warm * reportsPerSecond
	// What a node takes to be told nothing so often: the same request, with an empty batch.
	empty, _, err := n.processor(ctx, length, people.nothing)
	if err != nil {
		return err
	}
	each, calls, err := n.processor(ctx, length, report)
	if err != nil {
		return err
	}
	took := atFullSpeed(calls, nil)
	b.add(row{name: "processor time per report of progress, SQLite", value: micros(each - empty), unit: "µs", target: 100,
		peer: fmt.Sprintf("%d reports at %d/s by %d viewers, each stored before it is answered, without the %.0f µs that an empty batch takes at the same rate; answered: median %.2f, 99th %.2f ms",
			len(calls), reportsPerSecond, len(people.people), micros(empty), ms(quantile(took, 0.5)), ms(quantile(took, 0.99)))})
	return ctx.Err()
}

// besideReports asks for the feed pages of such a crowd while everybody also reports
// progress, each of the episode they opened last. Node, database and bench share one
// machine, so the pages are also asked for beside as many requests that report nothing.
func (b *bench) besideReports(ctx context.Context, engine string, n *node, people *audience, episodes []id.Episode) error {
	alone, err := b.page(ctx, "feed page of a crowd that does not report, "+engine, n, crowdPagesPerSecond, people.feed)
	if err != nil {
		return err
	}
	nothing, err := b.feedBeside(ctx, "empty batches", engine, n, people, nil)
	if err != nil {
		return err
	}
	reports, err := b.feedBeside(ctx, "reports of progress", engine, n, people, episodes)
	if err != nil {
		return err
	}
	b.add(row{name: "the feed's 99th percentile beside the reports, " + engine, value: float64(reports) / float64(alone), unit: "×", target: 1.25,
		peer: "against the same pages without the reports, measured before them"})
	b.add(row{name: "the feed's 99th percentile beside the reports, against beside empty batches, " + engine, value: float64(reports) / float64(nothing), unit: "×",
		peer: "what storing them adds to the load of as many requests, measured just before"})
	return nil
}

// feedBeside is the 99th percentile of the feed's pages while the same viewers' players
// report these episodes, or nothing, as a process of their own.
func (b *bench) feedBeside(ctx context.Context, what, engine string, n *node, people *audience, episodes []id.Episode) (time.Duration, error) {
	stop, err := startPlayers(ctx, people, episodes)
	if err != nil {
		return 0, err
	}
	beside, err := b.page(ctx, "feed page beside 2,000 "+what+" a second, "+engine, n, crowdPagesPerSecond, people.feed)
	return beside, errors.Join(err, stop())
}

// processor is what one question takes of a processor when many ask.
func (n *node) processor(ctx context.Context, seconds int, ask func(i int) error) (each time.Duration, calls []call, err error) {
	if err := n.calm(ctx); err != nil {
		return 0, nil, err
	}
	before, err := used(n.cmd.Process.Pid)
	if err != nil {
		return 0, nil, err
	}
	if calls, err = arrivals(ctx, reportsPerSecond, time.Duration(seconds)*time.Second, ask); err != nil {
		return 0, nil, err
	}
	after, err := used(n.cmd.Process.Pid)
	return (after - before) / time.Duration(len(calls)), calls, err
}

// episode is one that the audience may watch.
func (a *audience) episode() (string, error) {
	text, err := a.get(a.people[0], "/feed?limit=1")
	if err != nil {
		return "", err
	}
	var page struct {
		Items []struct{ Episode struct{ ID string } }
	}
	if err := json.Unmarshal(text, &page); err != nil {
		return "", err
	}
	if len(page.Items) == 0 {
		return "", errors.New("the feed has nothing to watch")
	}
	return page.Items[0].Episode.ID, nil
}

// report is the seq-th report of the audience: each of them plays on.
func (a *audience) report(episode string, seq int) error {
	now := time.Now().UTC()
	text, err := json.Marshal(map[string]any{"sent_at": now, "reports": []map[string]any{{
		"episode_id": episode, "position_ms": seq % 8000, "at": now, "seq": seq, "session": "bench", "event": "tick"}}})
	if err != nil {
		return err
	}
	return a.send(seq, "PUT", "/progress", text)
}

// nothing is a batch without a report, of the i-th of the audience.
func (a *audience) nothing(i int) error {
	return a.send(i, "PUT", "/progress", []byte(`{"reports":[]}`))
}

// send is a request of the i-th of the audience.
func (a *audience) send(i int, method, path string, text []byte) error {
	c := &client{a.url, a.http}
	_, err := c.send(method, viewerAPI+path, bytes.NewReader(text), map[string]string{"Content-Type": "application/json",
		"Authorization": "Bearer " + a.people[i%len(a.people)].token}, nil)
	return err
}
