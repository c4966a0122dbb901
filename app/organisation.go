package app

import (
	"context"
	"strings"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/viewer/account"
)

// organisationNamed finds an organisation, whatever the case of its letters, or
// the only one when name is empty.
func (a *App) organisationNamed(ctx context.Context, by actor.Actor, name string) (id.Org, error) {
	all, err := a.organisations(ctx, by)
	if err != nil {
		return "", err
	}
	for _, o := range all {
		if strings.EqualFold(name, o.Name) || name == "" && len(all) == 1 {
			return o.ID, nil
		}
	}
	switch {
	case len(all) == 0:
		return "", fault.New(fault.Conflict, "import.no_organisation", "Nobody works here yet: start the server once and set it up.")
	case name != "":
		return "", fault.New(fault.Invalid, "import.organisation_unknown", "There is no organisation named %q. There are: %s.", name, named(all))
	}
	return "", fault.New(fault.Invalid, "import.which_organisation", "Say with --organisation whose the dramas are: %s.", named(all))
}

func (a *App) organisations(ctx context.Context, by actor.Actor) (all []account.Organisation, err error) {
	for next := ""; ; {
		some, err := a.Account.Organisations(ctx, by, page.Request{After: next, Limit: 200})
		if err != nil {
			return nil, err
		}
		if all, next = append(all, some.Items...), some.Next; next == "" {
			return all, nil
		}
	}
}

// named lists the first of the names for a person.
func named(all []account.Organisation) string {
	const most = 20
	var names []string
	for _, o := range all[:min(len(all), most)] {
		names = append(names, o.Name)
	}
	if len(all) > most {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}
