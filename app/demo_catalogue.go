package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"cliffhanger/demo"
	"cliffhanger/demo/story"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/exchange"
	"cliffhanger/studio/media"
	"cliffhanger/viewer/youth/policy"
)

// demonstration fills the catalogue of a running node.
type demonstration struct {
	*App
	terminal *terminal
	command  demoCommand
	troupe   id.Org
	studio   id.Org
	operator actor.Actor

	began  time.Time
	dramas []id.Drama // that were imported
}

// perform plays and imports one drama after the other, then waits for the last
// episode to be encoded. What an earlier run finished is passed over quickly.
// What goes wrong is told: one drama less is no reason to end a node that serves.
func (d *demonstration) perform(ctx context.Context) error {
	d.began = d.Clock.Now()
	film := d.fetchFilm(ctx)
	dir := filepath.Join(d.Config.Data, "demo")
	dramas, err := demo.Stories()
	if err = errors.Join(err, os.MkdirAll(dir, 0o750)); err != nil {
		d.trouble(ctx, "the demo catalogue", err)
		return nil
	}
	dramas = dramas[:min(d.command.Dramas, len(dramas))]
	total := len(dramas)
	if film != nil {
		total++
	}
	for i, drama := range dramas {
		name := drama.Title.Zh + " · " + drama.Title.En
		d.take(ctx, d.troupe, name, func() (string, error) { return d.play(ctx, dir, drama, fmt.Sprintf("%d/%d  %s", i+1, total, name)) })
	}
	if film != nil {
		if made := d.take(ctx, d.studio, filmName, func() (string, error) { return d.cut(ctx, dir, film, total) }); made != "" {
			d.forChildren(ctx, made)
		}
	}
	d.waitForEncodes(ctx)
	return nil
}

// play performs a drama into a folder to be imported.
func (d *demonstration) play(ctx context.Context, dir string, drama story.Drama, name string) (string, error) {
	last := -1
	return demo.WriteFolder(ctx, dir, drama, demo.FolderOptions{}, func(done, all int) {
		if percent := 100 * done / all / 20 * 20; percent != last && percent < 100 {
			last = percent
			d.say("performing %s  %d%%", name, percent)
		}
	})
}

const filmName = "Big Buck Bunny"

// fetched is where the film lies, or why it could not be fetched.
type fetched struct {
	path string
	err  error
}

// fetchFilm begins to fetch the film, so that nothing waits for the network;
// nil when there is to be none.
func (d *demonstration) fetchFilm(ctx context.Context) <-chan fetched {
	if d.command.FetchFilm == "" {
		return nil
	}
	film := make(chan fetched, 1)
	go func() {
		path, err := runFetch(ctx, d.command.FetchFilm)
		film <- fetched{path, err}
	}()
	return film
}

// runFetch answers what the program prints, and as an error what it complains of.
func runFetch(ctx context.Context, program string) (string, error) {
	cmd := exec.CommandContext(ctx, program)
	cmd.WaitDelay = 5 * time.Second // its own children may hold the pipes
	out, err := cmd.Output()
	path := strings.TrimSpace(string(out))
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && len(exit.Stderr) > 0:
		return "", fmt.Errorf("%s: %s (%w)", program, strings.TrimSpace(string(exit.Stderr)), err)
	case err != nil:
		return "", fmt.Errorf("%s: %w", program, err)
	case path == "":
		return "", fmt.Errorf("%s does not say where the film lies", program)
	}
	return path, nil
}

// cut makes a folder to be imported of the film, once that has come.
func (d *demonstration) cut(ctx context.Context, dir string, film <-chan fetched, total int) (string, error) {
	f := <-film
	if f.err != nil {
		return "", fmt.Errorf("the film cannot be fetched; start again to try once more: %w", f.err)
	}
	d.say("cutting    %d/%d  %s", total, total, filmName)
	return demo.CutFilm(ctx, f.path, dir)
}

func (d *demonstration) say(format string, args ...any) {
	fmt.Fprintf(d.terminal.out, "  %s  %s\n", time.Now().Format("15:04:05"), fmt.Sprintf(format, args...))
}

// trouble tells what went wrong, unless the node is asked to end.
func (d *demonstration) trouble(ctx context.Context, name string, err error) {
	if ctx.Err() == nil {
		d.say("failed     %s: %s", name, forPeople(err))
	}
}

// forChildren puts a drama into the minors' pool, of which nothing is part by itself:
// minors' mode has something to show, and the console where it is changed.
func (d *demonstration) forChildren(ctx context.Context, drama id.Drama) {
	if err := d.Youth.Place(ctx, d.operator, drama, policy.Infant); err != nil {
		d.trouble(ctx, "minors' mode", err)
	}
}

// take imports the folder that is made, answers its drama if that is new, and says
// what was refused: in the demo, nothing should be.
func (d *demonstration) take(ctx context.Context, org id.Org, name string, make func() (string, error)) (made id.Drama) {
	if ctx.Err() != nil {
		return ""
	}
	folder, err := make()
	if err != nil {
		d.trouble(ctx, name, err)
		return ""
	}
	report, err := d.Exchange.Import(ctx, actor.OfSystem("demo"), folder, exchange.Options{Org: org, Publish: true})
	for _, f := range report.Refused() {
		d.say("refused    %s: %s", f.Path, f.Message)
	}
	if report.Drama != "" {
		d.dramas = append(d.dramas, report.Drama)
	}
	switch {
	case err != nil:
		d.trouble(ctx, name, err)
	case report.Created:
		d.say("imported   %s", name)
		return report.Drama
	}
	return ""
}

// waitForEncodes reports how many first encodes are left until there are none,
// and then what can be watched and what cannot.
func (d *demonstration) waitForEncodes(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	last := -1
	for {
		switch c, err := d.count(ctx); {
		case ctx.Err() != nil:
			return
		case err != nil: // the database may be back the next time
			d.Log.Warn("the demo's episodes cannot be counted", "error", err)
		case c.left == 0:
			for _, episode := range c.failed {
				d.say("failed     %s", episode)
			}
			d.say("ready      %s (%s)", c, d.Clock.Now().Sub(d.began).Round(time.Second))
			return
		case c.left != last && (last < 0 || c.left%5 == 0):
			d.say("encoding   %d episodes left", c.left)
			last = c.left
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// census is what became of the demo's episodes.
type census struct {
	watchable, left int
	failed          []string // each with its reason
}

func (c census) String() string {
	if len(c.failed) == 0 {
		return fmt.Sprintf("all %d episodes can be watched", c.watchable)
	}
	return fmt.Sprintf("%d of %d episodes can be watched", c.watchable, c.watchable+len(c.failed))
}

func (d *demonstration) count(ctx context.Context) (c census, err error) {
	for _, drama := range d.dramas {
		file, err := d.Catalogue.Dossier(ctx, actor.OfSystem("demo"), drama)
		if err != nil {
			return c, err
		}
		for _, e := range file.Episodes {
			c.add(file.Title.In("en"), e.Number, file.Summaries[e.Asset])
		}
	}
	return c, nil
}

func (c *census) add(drama string, number int, video catalogue.AssetSummary) {
	switch state := media.State(video.State); {
	case state.Watchable():
		c.watchable++
	case state.Working():
		c.left++
	default:
		reason := "it has no video"
		if video.Problem != nil {
			reason = video.Problem.Message
		} else if video.State != "" {
			reason = "its video is " + video.State
		}
		c.failed = append(c.failed, fmt.Sprintf("%s, episode %d: %s", drama, number, reason))
	}
}
