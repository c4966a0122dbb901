package app

import (
	"context"
	"os"
)

type openAPICommand struct{}

// Run prints the API of a node that was never started, in a folder of its own.
func (openAPICommand) Run(ctx context.Context, t *terminal) error {
	dir, err := os.MkdirTemp("", "cliffhanger-api-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cfg := Default()
	cfg.Data, cfg.HTTP.Addr = dir, "127.0.0.1:0"
	a, err := OpenBeside(ctx, cfg, t.log)
	if err != nil {
		return err
	}
	defer a.Close(ctx)
	a.route()
	_, err = t.out.Write(a.API.OpenAPI())
	return err
}
