package audit

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"golang.org/x/mod/sumdb/note"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/trust/audit/tree"
)

// Export hands the whole log to put, each file by its path: "key", every tile, with
// its entries, and "checkpoint" last, so that an export that was cut off is not
// mistaken for a whole one. That it was exported is announced.
func (s *Service) Export(ctx context.Context, by actor.Actor, put func(path string, data []byte) error) (tree.Checkpoint, error) {
	if err := mayRead(by); err != nil {
		return tree.Checkpoint{}, err
	}
	last, err := lastCheckpoint(ctx, s.db)
	if err == nil && last.note == "" {
		err = errNothing
	}
	if err != nil {
		return tree.Checkpoint{}, err
	}
	key, err := verifierOf(ctx, s.db)
	if err != nil {
		return tree.Checkpoint{}, err
	}
	own, err := note.NewVerifier(key)
	if err != nil {
		return tree.Checkpoint{}, err
	}
	c, err := tree.Open([]byte(last.note), own)
	if err != nil {
		return c, err
	}
	if err := put("key", []byte(key+"\n")); err != nil {
		return c, err
	}
	if err := tree.Copy(c, func(path string) ([]byte, error) { return s.file(ctx, path) }, put); err != nil {
		return c, err
	}
	if err := put("checkpoint", []byte(last.note)); err != nil {
		return c, err
	}
	return c, s.announce(ctx, event.LogRead{By: event.By(by), First: 0, Last: c.Size - 1})
}

// file reads a file of the log from blob storage.
func (s *Service) file(ctx context.Context, path string) ([]byte, error) {
	o, err := s.blobs.Open(ctx, folder+path)
	if errors.Is(err, blob.ErrMissing) {
		return nil, fs.ErrNotExist
	}
	if err != nil {
		return nil, err
	}
	defer o.Close()
	return io.ReadAll(o)
}
