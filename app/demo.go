package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cliffhanger/demo"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/life"
	"cliffhanger/studio/catalogue"
	"cliffhanger/viewer/account"
)

type demoCommand struct {
	Film   string `help:"\"Big Buck Bunny\" as one MP4, to be cut into portrait episodes." type:"path"`
	Dramas int    `help:"How many of the twelve dramas to perform." default:"12"`
}

// signIns are the demo's people. They exist only in a folder the demo made, and
// each folder has passwords of its own.
type signIns struct {
	Operator string `json:"operator"`
	Producer string `json:"producer"`
}

const (
	demoFile      = "demo.json" // marks a data folder as the demo's
	operatorEmail = "operator@demo.example"
	producerEmail = "producer@demo.example"
)

// Run serves the demo: the node first, the catalogue while it already runs.
func (c demoCommand) Run(ctx context.Context, t *terminal) error {
	if err := t.check(); err != nil {
		return err
	}
	if err := demo.Ready(); err != nil {
		return err
	}
	people, err := demoSignIns(t.config.Data)
	if err != nil {
		return err
	}
	a, err := Open(ctx, t.config, t.log)
	if err != nil {
		return err
	}
	show := &demonstration{App: a, terminal: t, command: c}
	a.Node.Add("demo people", life.Funcs{OnStart: func(ctx context.Context) error { return show.hire(ctx, people) }})
	a.Node.Add("demo catalogue", newLoop(show.perform))
	return a.Node.Run(ctx)
}

// demoSignIns reads the demo's passwords, or makes them in an empty folder. A
// folder with somebody's real data is never turned into a demo.
func demoSignIns(data string) (people signIns, err error) {
	path := filepath.Join(data, demoFile)
	text, err := os.ReadFile(path)
	if err == nil {
		return people, json.Unmarshal(text, &people)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return people, err
	}
	if entries, err := os.ReadDir(data); err == nil && len(entries) > 0 {
		return people, fault.New(fault.Conflict, "demo.folder_in_use", "%s holds data that is not the demo's; choose another folder with --data.", data)
	}
	people = signIns{Operator: password(), Producer: password()}
	if text, err = json.MarshalIndent(people, "", "  "); err != nil {
		return people, err
	}
	return people, errors.Join(os.MkdirAll(data, 0o750), os.WriteFile(path, append(text, '\n'), 0o600))
}

// password is 60 random bits that are easy to type.
func password() string {
	t := strings.ToLower(rand.Text())
	return t[:4] + "-" + t[4:8] + "-" + t[8:12]
}

// demonstration fills the catalogue of a running node.
type demonstration struct {
	*App
	terminal *terminal
	command  demoCommand
	troupe   id.Org
	studio   id.Org
	began    time.Time
}

// hire makes the demo's organisations and people, and tells where everything is.
func (d *demonstration) hire(ctx context.Context, people signIns) error {
	by := actor.OfSystem("demo")
	operator, err := d.Account.EnsureOrganisation(ctx, by, "Cliffhanger Demo", account.OperatorOrg)
	if err != nil {
		return err
	}
	troupe, err := d.Account.EnsureOrganisation(ctx, by, "灯影戏班 Lantern Troupe", account.ProducerOrg)
	if err != nil {
		return err
	}
	studio, err := d.Account.EnsureOrganisation(ctx, by, "Open Film Studio", account.ProducerOrg)
	if err != nil {
		return err
	}
	d.troupe, d.studio = troupe.ID, studio.ID
	for _, p := range []struct {
		hire     account.Hire
		password string
	}{
		{account.Hire{Name: "Ou Yun", Email: operatorEmail, Roles: []actor.Role{actor.Operator}, Org: operator.ID}, people.Operator},
		{account.Hire{Name: "Lin Nan", Email: producerEmail, Roles: []actor.Role{actor.Producer}, Org: troupe.ID}, people.Producer},
	} {
		if _, err := d.Account.EnsureStaff(ctx, by, p.hire, p.password); err != nil {
			return err
		}
	}
	fmt.Fprintf(d.terminal.out, "\n  Cliffhanger %s, demo\n\n  Watch    %s\n  Console  %s\n           producer  %s  %s\n           operator  %s  %s\n  API      %s\n\n",
		Version, d.address("/"), d.address("/console"), producerEmail, people.Producer, operatorEmail, people.Operator, d.address("/api/docs"))
	return nil
}

// perform plays and imports one drama after the other, then waits for the last
// episode to be encoded. What an earlier run finished is passed over quickly.
func (d *demonstration) perform(ctx context.Context) error {
	d.began = d.Clock.Now()
	dramas, err := demo.Stories()
	if err != nil {
		return err
	}
	dramas = dramas[:min(d.command.Dramas, len(dramas))]
	dir := filepath.Join(d.Config.Data, "demo")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	total := len(dramas)
	if d.command.Film != "" {
		total++
	}
	for i, drama := range dramas {
		name := drama.Title.Zh + " · " + drama.Title.En
		last := -1
		folder, err := demo.WriteFolder(ctx, dir, drama, demo.FolderOptions{}, func(done, all int) {
			if percent := 100 * done / all / 20 * 20; percent != last && percent < 100 {
				last = percent
				d.say("performing %d/%d  %s  %d%%", i+1, total, name, percent)
			}
		})
		if err != nil {
			return err
		}
		if err := d.take(ctx, d.troupe, folder, name); err != nil {
			return err
		}
	}
	if d.command.Film != "" {
		d.say("cutting    %d/%d  Big Buck Bunny", total, total)
		folder, err := demo.CutFilm(ctx, d.command.Film, dir)
		if err != nil {
			return err
		}
		if err := d.take(ctx, d.studio, folder, "Big Buck Bunny"); err != nil {
			return err
		}
	}
	return d.waitForEncodes(ctx)
}

func (d *demonstration) say(format string, args ...any) {
	fmt.Fprintf(d.terminal.out, "  %s  %s\n", time.Now().Format("15:04:05"), fmt.Sprintf(format, args...))
}

// take imports a folder and says what was refused: in the demo, nothing should be.
func (d *demonstration) take(ctx context.Context, org id.Org, folder, name string) error {
	report, err := d.Catalogue.Import(ctx, actor.OfSystem("demo"), folder, catalogue.ImportOptions{Org: org, Publish: true})
	if err != nil {
		return fmt.Errorf("import %s: %w", name, err)
	}
	for _, f := range report.Refused() {
		d.say("refused    %s: %s", f.Path, f.Message)
	}
	if report.Created {
		d.say("imported   %s", name)
	}
	return nil
}

// waitForEncodes reports how many first encodes are left until there are none.
func (d *demonstration) waitForEncodes(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	last := -1
	for {
		queues, err := d.Bus.Queues(ctx)
		if err != nil {
			return err
		}
		left := 0
		for _, q := range queues {
			if q.Name == "media.transcode" {
				left = q.Waiting + q.Running
			}
		}
		switch {
		case left == 0:
			d.say("ready      every episode can be watched (%s)", d.Clock.Now().Sub(d.began).Round(time.Second))
			return nil
		case left != last && (last < 0 || left%5 == 0):
			d.say("encoding   %d episodes left", left)
		}
		last = left
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
