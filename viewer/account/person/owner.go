package person

import (
	"context"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/db"
)

// Addresses are the proven addresses of by's account, as their owner knows them.
func (s *Service) Addresses(ctx context.Context, by actor.Actor) ([]Known, error) {
	if !by.IsViewer() {
		return nil, errViewer
	}
	all, err := credentialsOf(ctx, s.DB, by.Account)
	var out []Known
	for _, k := range all {
		if k.Kind == string(Email) || k.Kind == string(Phone) {
			out = append(out, k)
		}
	}
	return out, err
}

// SendOwnerCode sends a code to an address of by's account, also in minors' mode.
// The answer is the same for any address, and such a code signs nobody in.
func (s *Service) SendOwnerCode(ctx context.Context, by actor.Actor, c Channel, to, locale string) error {
	if !by.IsViewer() {
		return errViewer
	}
	a, err := ParseAddress(c, to)
	if err != nil {
		return err
	}
	seal, err := s.sealer(ctx)
	if err != nil {
		return err
	}
	code := newCode()
	key := seal.request(a, by)
	if err := s.countCode(ctx, key, seal.owner(key.address, code)); err != nil {
		return err
	}
	owner, _, err := ownerOf(ctx, s.DB, key.address)
	if err != nil || owner != by.Account {
		return err
	}
	return s.deliver(ctx, a, code, locale)
}

// ProveOwner says whether p is the code that SendOwnerCode sent, once: nil if it is.
func (s *Service) ProveOwner(ctx context.Context, by actor.Actor, p Proof) error {
	if !by.IsViewer() {
		return errViewer
	}
	a, err := ParseAddress(p.Channel, p.To)
	if err != nil {
		return err
	}
	seal, err := s.sealer(ctx)
	if err != nil {
		return err
	}
	key := seal.request(a, by)
	code, ok := readCode(p.Code)
	if !ok {
		return errCode
	}
	digest := seal.owner(key.address, code)
	if err := s.tryCode(ctx, key, digest); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		owner, _, err := ownerOf(ctx, tx, key.address)
		if err != nil || owner != by.Account {
			return orElse(err, errCode)
		}
		used, err := useCode(ctx, tx, key, digest)
		if err == nil && !used {
			err = errCode
		}
		return err
	})
}
