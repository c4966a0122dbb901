package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/viewer/account"
)

type staffCommand struct {
	Recover recoverCommand `cmd:"" help:"Name the administrators, or make a one-time link with which one chooses a new password."`
}

type recoverCommand struct {
	Email string `arg:"" optional:"" help:"E-mail address of the person who is to choose a new password; without one the administrators are named."`
}

// Run works on the data of a house whether its server runs or not. It makes a
// link and no password: what the person chooses, nobody else reads.
func (c recoverCommand) Run(ctx context.Context, t *terminal) error {
	if err := t.check(); err != nil {
		return err
	}
	if !t.config.Database.Set() { // opening a folder would make one
		if _, err := os.Stat(filepath.Join(t.config.Data, "cliffhanger.db")); os.IsNotExist(err) {
			return fault.New(fault.NotFound, "recover.no_house", "There is no house in %s. Say with --data or --database where it is, as its server does.", t.config.Data)
		}
	}
	a, err := OpenBeside(ctx, t.config, t.log)
	if err != nil {
		return err
	}
	defer a.Close(ctx)
	by := actor.OfSystem("recover")
	everybody, err := a.everybody(ctx, by)
	if err != nil {
		return err
	}
	if len(everybody) == 0 {
		return fault.New(fault.Conflict, "recover.nobody", "Nobody works here yet: start the server and open the set-up link it prints.")
	}
	if c.Email == "" {
		fmt.Fprintln(t.out, "Administrators:")
		tellAdministrators(t.out, everybody)
		fmt.Fprintln(t.out, "\nWho of them is to choose a new password? Run the same command with the e-mail address.")
		return nil
	}
	who, err := c.chosen(everybody)
	if err != nil {
		return err
	}
	link, err := a.Account.Recover(ctx, by, who.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "%s <%s> chooses a new password here:\n\n  %s\n\n", who.Name, who.Email, t.config.publicAddress()+"/console/password#"+link)
	fmt.Fprintln(t.out, "The link works once, for 30 minutes; older ones of this person are void. Once it is used, all")
	fmt.Fprintln(t.out, "their sessions end. The record in the console says that it was made at the machine.")
	return nil
}

func (c recoverCommand) chosen(everybody []account.Staff) (who account.Staff, err error) {
	email, err := account.ParseEmail(c.Email)
	if err != nil {
		return who, err
	}
	for _, p := range everybody {
		switch {
		case p.Email != email:
		case p.Active:
			return p, nil
		default:
			return who, refusal(fault.Conflict, "recover.inactive", fmt.Sprintf(
				"%s <%s> was deactivated and cannot sign in. An administrator can let them come back; recover one of these first:", p.Name, p.Email), everybody)
		}
	}
	return who, refusal(fault.NotFound, "recover.unknown", fmt.Sprintf("Nobody with the e-mail address %s works here. Administrators are:", email), everybody)
}

// refusal also says who could have been meant.
func refusal(kind fault.Kind, code, msg string, everybody []account.Staff) error {
	var names strings.Builder
	tellAdministrators(&names, everybody)
	return fault.New(kind, code, "%s\n%s", msg, strings.TrimRight(names.String(), "\n"))
}

func tellAdministrators(w io.Writer, everybody []account.Staff) {
	for _, p := range everybody {
		if !p.Active || !slices.Contains(p.Roles, actor.Admin) {
			continue
		}
		note := ""
		if p.Invited {
			note = ", has not chosen a password yet"
		}
		fmt.Fprintf(w, "  %s <%s>%s\n", p.Name, p.Email, note)
	}
}

func (a *App) everybody(ctx context.Context, by actor.Actor) (all []account.Staff, err error) {
	for next := ""; ; {
		some, err := a.Account.Everybody(ctx, by, page.Request{After: next, Limit: 200})
		if err != nil {
			return nil, err
		}
		if all, next = append(all, some.Items...), some.Next; next == "" {
			return all, nil
		}
	}
}

// publicAddress is where people reach the house, or else where this machine does.
func (c *Config) publicAddress() string {
	if c.Edge.PublicURL != "" {
		return strings.TrimSuffix(c.Edge.PublicURL, "/")
	}
	u := c.local(c.HTTP.Addr)
	return u.String()
}
