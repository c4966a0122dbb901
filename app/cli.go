package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/platform/conf"
)

// cli is the command line: what can be configured, and what can be done.
type cli struct {
	Config `embed:""`

	Serve   serveCommand   `cmd:"" help:"Run a node."`
	Demo    demoCommand    `cmd:"" help:"Run a node with the demo catalogue and demo sign-ins."`
	Import  importCommand  `cmd:"" help:"Take dramas in from folders."`
	Export  exportCommand  `cmd:"" help:"Write a drama as a folder that can be imported."`
	Log     auditCommand   `cmd:"" name:"audit" help:"Check, export and prove the public log."`
	Staff   staffCommand   `cmd:"" help:"Help staff who cannot sign in."`
	Doctor  doctorCommand  `cmd:"" help:"Say whether this machine and configuration can run a node."`
	Show    configCommand  `cmd:"" name:"config" help:"Print every setting with where its value comes from."`
	OpenAPI openAPICommand `cmd:"" name:"openapi" help:"Print the HTTP API as OpenAPI 3.1."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// terminal is what a command sees of the world.
type terminal struct {
	out, err io.Writer
	config   Config
	settings []conf.Setting
	log      *slog.Logger
}

// Main runs one command and answers the exit code of the process: 0 done,
// 1 failed, 2 the command line or the configuration is wrong.
func Main(args []string, out, errOut io.Writer) int {
	c := cli{Config: Default()}
	parsed, err := conf.Parse(&c, conf.Source{
		Name: "cliffhanger", Description: "Cliffhanger, the open short-drama platform.", Args: args, File: "cliffhanger.toml",
	})
	if err != nil {
		fmt.Fprintf(errOut, "cliffhanger: %v\n", err)
		return 2
	}
	t := &terminal{out: out, err: errOut, config: c.Config, settings: parsed.Settings(), log: c.Obs.Logger(errOut)}
	parsed.Context.BindTo(context.Background(), (*context.Context)(nil))
	switch err := parsed.Context.Run(t); {
	case err == nil:
		return 0
	case errors.Is(err, errConfig):
		fmt.Fprintf(errOut, "cliffhanger: %v\n", err)
		return 2
	default:
		fmt.Fprintf(errOut, "cliffhanger: %s\n", forPeople(err))
		return 1
	}
}

var errConfig = errors.New("the configuration is wrong")

// forPeople is an error as a terminal shows it: a fault's sentence with the fields
// it names and its cause, since whoever reads a terminal of the server may know it.
func forPeople(err error) string {
	f := fault.Of(err)
	text := err.Error()
	if f.Kind != fault.Internal && f.Unwrap() != nil {
		text = fmt.Sprintf("%s (%v)", f.Msg, f.Unwrap())
	}
	for _, field := range f.Fields {
		text += fmt.Sprintf("\n            %s %s [%s]", field.Path, field.Msg, field.Code)
	}
	return text
}

type versionCommand struct{}

func (versionCommand) Run(t *terminal) error {
	_, err := fmt.Fprintln(t.out, "cliffhanger", Version)
	return err
}

type configCommand struct{}

func (configCommand) Run(t *terminal) error {
	if err := conf.Write(t.out, t.settings); err != nil {
		return err
	}
	return t.check()
}

// check settles the configuration and names everything that is wrong.
func (t *terminal) check() error {
	if err := t.config.settle(); err != nil {
		return fmt.Errorf("%w:\n%w", errConfig, conf.Explain(err, t.settings))
	}
	return nil
}

// openBeside checks the configuration and opens the house for a command, beside a
// server or without one.
func (t *terminal) openBeside(ctx context.Context) (*App, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	return OpenBeside(ctx, t.config, t.log)
}
