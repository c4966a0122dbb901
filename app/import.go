package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/studio/catalogue/exchange"
)

type importCommand struct {
	Folders      []string `arg:"" name:"dir" help:"Folders with one drama each: drama.toml, episodes, subtitles, posters; or just video files." type:"path"`
	Organisation string   `help:"Name of the organisation the dramas belong to; needed where there are several." short:"o"`
	Publish      bool     `help:"Publish each drama as soon as its first episode can be watched."`
}

// errRefused ends a command whose report has said already what was refused.
var errRefused = errors.New("some files were refused; correct them and run the same command again")

// Run imports one folder after the other. It may run beside a server on the
// same data, which then encodes what came in; without one the work waits.
func (c importCommand) Run(ctx context.Context, t *terminal) error {
	if err := t.check(); err != nil {
		return err
	}
	a, err := OpenBeside(ctx, t.config, t.log)
	if err != nil {
		return err
	}
	defer a.Close(ctx)
	by := actor.OfSystem("import")
	org, err := a.organisationNamed(ctx, by, c.Organisation)
	if err != nil {
		return err
	}
	refused, taken := 0, false
	for i, dir := range c.Folders {
		fmt.Fprintf(t.out, "[%d/%d] %s\n", i+1, len(c.Folders), dir)
		report, err := a.Exchange.Import(ctx, by, dir, exchange.Options{Org: org, Publish: c.Publish, Progress: func(f exchange.FileReport) {
			taken = taken || f.Outcome == exchange.Taken
			fmt.Fprintf(t.out, "  %-9s %s%s\n", f.Outcome, f.Path, reasonOf(f))
		}})
		refused += len(report.Refused())
		if err != nil {
			fmt.Fprintf(t.out, "  stopped   %s: %s\n", filepath.Base(dir), forPeople(err))
			refused++
			continue
		}
		fmt.Fprintf(t.out, "  drama     %s (%s)\n", report.Drama, report.Key)
	}
	if taken {
		fmt.Fprintln(t.out, "The server encodes what was taken. Damage further into a video shows only then, and the console tells it.")
	}
	if refused > 0 {
		return errRefused
	}
	return nil
}

func reasonOf(f exchange.FileReport) string {
	if f.Code == "" {
		return ""
	}
	return fmt.Sprintf(": %s [%s]", f.Message, f.Code)
}

// organisationNamed finds an organisation, or the only one when name is empty.
func (a *App) organisationNamed(ctx context.Context, by actor.Actor, name string) (id.Org, error) {
	all, err := a.Account.Organisations(ctx, by, page.Request{Limit: 200})
	if err != nil {
		return "", err
	}
	for _, o := range all.Items {
		if name == o.Name || name == "" && len(all.Items) == 1 {
			return o.ID, nil
		}
	}
	if len(all.Items) == 0 {
		return "", fault.New(fault.Conflict, "import.no_organisation", "Nobody works here yet: start the server once and set it up.")
	}
	return "", fault.New(fault.Invalid, "import.which_organisation", "Say with --organisation to which of the %d organisations the dramas belong.", len(all.Items))
}
