package app

import (
	"context"
	"fmt"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
)

type exportCommand struct {
	Drama        string `arg:"" help:"Identifier or key of the drama."`
	Dir          string `arg:"" help:"Folder to write; made if need be, files of the same names are replaced." type:"path"`
	Organisation string `help:"Name of the organisation whose key it is; needed where there are several." short:"o"`
}

// Run writes a drama as the folder import reads. It may run beside a server.
func (c exportCommand) Run(ctx context.Context, t *terminal) error {
	a, err := t.openBeside(ctx)
	if err != nil {
		return err
	}
	defer a.Close(ctx)
	by := actor.OfSystem("export")
	drama, err := id.Parse[id.Drama](c.Drama)
	if err != nil { // a key
		org, err := a.organisationNamed(ctx, by, c.Organisation)
		if err != nil {
			return err
		}
		d, err := a.Catalogue.DramaByKey(ctx, by, org, c.Drama)
		if err != nil {
			return err
		}
		drama = d.ID
	}
	if err := a.Exchange.Export(ctx, by, drama, c.Dir); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%s is in %s\n", drama, c.Dir)
	return err
}
