package market

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

const columns = `id, code, version, hash, diff, proposed_by, proposed_at, confirmed_by, confirmed_at, in_force_at, told_at, ended_by, ended_at`

func scanProposal(r db.Row) (p proposal, err error) {
	var proposed, confirmed, inForce, told, ended int64
	err = r.Scan(&p.ID, &p.Code, &p.Version, &p.Hash, &p.Diff, &p.ProposedBy, &proposed, &p.ConfirmedBy, &confirmed, &inForce, &told, &p.EndedBy, &ended)
	p.ProposedAt, p.ConfirmedAt, p.InForceAt = clock.Time(proposed), clock.Time(confirmed), clock.Time(inForce)
	p.ToldAt, p.EndedAt = clock.Time(told), clock.Time(ended)
	return p, err
}

func insertProposal(ctx context.Context, tx *db.Tx, p proposal, text string) error {
	_, err := tx.Exec(ctx, `INSERT INTO market_pack (id, code, version, hash, text, diff, proposed_by, proposed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.ID, p.Code, p.Version, p.Hash, text, p.Diff, p.ProposedBy, clock.Micros(p.ProposedAt))
	if db.IsUnique(err) {
		return errStaged.Because(err)
	}
	return err
}

// saveProposal writes what became of a proposal, unless something did meanwhile.
func saveProposal(ctx context.Context, tx *db.Tx, p, was proposal) error {
	n, err := tx.Exec(ctx, `UPDATE market_pack SET diff = $2, confirmed_by = $3, confirmed_at = $4, in_force_at = $5, told_at = $6, ended_by = $7, ended_at = $8
		WHERE id = $1 AND confirmed_at = $9 AND ended_at = $10 AND told_at = $11`,
		p.ID, p.Diff, p.ConfirmedBy, clock.Micros(p.ConfirmedAt), clock.Micros(p.InForceAt), clock.Micros(p.ToldAt), p.EndedBy, clock.Micros(p.EndedAt),
		clock.Micros(was.ConfirmedAt), clock.Micros(was.EndedAt), clock.Micros(was.ToldAt))
	if err == nil && n == 0 {
		return errDone
	}
	return err
}

func proposalByID(ctx context.Context, q db.Q, which id.Pack) (proposal, error) {
	p, err := scanProposal(q.QueryRow(ctx, `SELECT `+columns+` FROM market_pack WHERE id = $1`, which))
	if errors.Is(err, sql.ErrNoRows) {
		return p, errPack
	}
	return p, err
}

func textOf(ctx context.Context, q db.Q, which id.Pack) (text string, err error) {
	err = q.QueryRow(ctx, `SELECT text FROM market_pack WHERE id = $1`, which).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return "", errPack
	}
	return text, err
}

// confirmed are the packs that were, are or will be in force, in the order in
// which they are.
func confirmed(ctx context.Context, q db.Q) ([]proposal, error) {
	return db.All(ctx, q, scanProposal, `SELECT `+columns+` FROM market_pack WHERE in_force_at > 0 AND ended_at = 0 ORDER BY in_force_at, id`)
}

// latest are the last proposals, of one code or of all.
func latest(ctx context.Context, q db.Q, code string, most int) ([]proposal, error) {
	return db.All(ctx, q, scanProposal, `SELECT `+columns+` FROM market_pack WHERE code = $1 OR $1 = '' ORDER BY proposed_at DESC, id DESC LIMIT $2`, code, most)
}

// due are packs that are in force and of which nobody was told.
func due(ctx context.Context, q db.Q, now time.Time, most int) ([]proposal, error) {
	return db.All(ctx, q, scanProposal, `SELECT `+columns+` FROM market_pack WHERE told_at = 0 AND ended_at = 0 AND in_force_at > 0 AND in_force_at <= $1
		ORDER BY in_force_at, id LIMIT $2`, clock.Micros(now), most)
}
