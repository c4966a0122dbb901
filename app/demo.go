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

	"cliffhanger/demo"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/life"
	"cliffhanger/viewer/account"
)

type demoCommand struct {
	FetchFilm string `help:"Program that fetches \"Big Buck Bunny\" as one MP4 and prints where it lies, to be cut into portrait episodes."`
	Dramas    int    `help:"How many of the twelve dramas to perform." default:"12"`
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
	if err := onlyFolder(t.config); err != nil {
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

// onlyFolder refuses engines other than the data folder's own: a folder shows
// whether it is the demo's, a database elsewhere may be the one of a real house.
func onlyFolder(c Config) error {
	var elsewhere []string
	for _, engine := range []struct {
		setting string
		set     bool
	}{{"database", c.Database.Set()}, {"nats", c.NATS.Set()}, {"s3.endpoint", c.S3.Endpoint != ""}} {
		if engine.set {
			elsewhere = append(elsewhere, engine.setting)
		}
	}
	if len(elsewhere) == 0 {
		return nil
	}
	return fmt.Errorf("%w:\n%w", errConfig, fault.New(fault.Conflict, "demo.engines_elsewhere",
		"the demo lives in its data folder alone, since it makes people and dramas up: leave out %s.", strings.Join(elsewhere, ", ")))
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
		{account.Hire{Name: "Ou Yun", Email: operatorEmail, Roles: []actor.Role{actor.Admin, actor.Operator}, Org: operator.ID}, people.Operator},
		{account.Hire{Name: "Lin Nan", Email: producerEmail, Roles: []actor.Role{actor.Producer}, Org: troupe.ID}, people.Producer},
	} {
		hired, err := d.Account.EnsureStaff(ctx, by, p.hire, p.password)
		if err != nil {
			return err
		}
		if p.hire.Org == operator.ID {
			d.operator = actor.Actor{Kind: actor.Staff, Staff: hired.ID, Org: operator.ID, Roles: p.hire.Roles}
		}
	}
	fmt.Fprintf(d.terminal.out, "\n  Cliffhanger %s, demo\n\n  Watch    %s\n  Console  %s\n           producer  %s  %s\n           operator  %s  %s\n  API      %s\n\n",
		Version, d.address("/"), d.address("/console"), producerEmail, people.Producer, operatorEmail, people.Operator, d.address("/api/docs"))
	return nil
}
