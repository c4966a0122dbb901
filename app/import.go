package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/studio/catalogue"
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
	a, err := t.openBeside(ctx)
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
		report, err := a.Exchange.Import(ctx, by, dir, exchange.Options{Org: org, Publish: c.Publish, Reading: t.reading, Progress: func(f exchange.FileReport) {
			taken = taken || f.Outcome == exchange.Taken
			fmt.Fprintf(t.out, "  %-9s %s%s\n", f.Outcome, f.Path, reasonOf(f))
		}})
		refused += len(report.Refused())
		if err != nil {
			fmt.Fprintf(t.out, "  stopped   %s: %s\n", filepath.Base(dir), forPeople(err))
			refused++
			continue
		}
		fmt.Fprintf(t.out, "  drama     %s (%s), %s\n", report.Drama, report.Key, report.State)
		if c.Publish && report.State != catalogue.Published {
			t.waiting(report.Blocks)
		}
	}
	if taken {
		fmt.Fprintln(t.out, "The server encodes what was taken. Damage further into a video shows only then, and the console tells it.")
	}
	if refused > 0 {
		return errRefused
	}
	return nil
}

// largeFile is from where on a file's reading is told: smaller ones take moments.
const largeFile = 256 << 20

func (t *terminal) reading(r exchange.Reading) {
	switch {
	case r.Size < largeFile:
	case r.Percent < 100:
		fmt.Fprintf(t.out, "  reading   %s %d %%\n", r.Path, r.Percent)
	default:
		fmt.Fprintf(t.out, "  storing   %s\n", r.Path)
	}
}

// waiting tells what a drama that is to be published waits for.
func (t *terminal) waiting(blocks []catalogue.Missing) {
	fmt.Fprintln(t.out, "  waits     it is published by itself as soon as nothing of this is left:")
	for _, m := range blocks {
		fmt.Fprintf(t.out, "            %s: %s [%s]\n", m.Path, m.Message, m.Code)
	}
}

func reasonOf(f exchange.FileReport) string {
	if f.Code == "" {
		return ""
	}
	return fmt.Sprintf(": %s [%s]", f.Message, f.Code)
}
