package media

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/media/token"
)

// Node is one process of this house.
type Node struct {
	Name   string    `json:"name"`
	URL    string    `json:"url"` // where other nodes reach it; "" when it is alone
	SeenAt time.Time `json:"seen_at"`
}

func putNode(ctx context.Context, tx *db.Tx, n Node) error {
	_, err := tx.Exec(ctx, `INSERT INTO media_node (name, url, seen_at) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET url = $2, seen_at = $3`, n.Name, n.URL, clock.Micros(n.SeenAt))
	return err
}

func scanNode(r db.Row) (n Node, err error) {
	var seen int64
	err = r.Scan(&n.Name, &n.URL, &seen)
	n.SeenAt = clock.Time(seen)
	return n, err
}

func nodeByName(ctx context.Context, q db.Q, name string) (Node, error) {
	return scanNode(q.QueryRow(ctx, `SELECT name, url, seen_at FROM media_node WHERE name = $1`, name))
}

func listNodes(ctx context.Context, q db.Q) ([]Node, error) {
	return db.All(ctx, q, scanNode, `SELECT name, url, seen_at FROM media_node ORDER BY name`)
}

type storedKey struct {
	token.Key
	created time.Time
}

// listKeys answers the youngest first.
func listKeys(ctx context.Context, q db.Q) ([]storedKey, error) {
	return db.All(ctx, q, func(r db.Row) (k storedKey, err error) {
		var created int64
		err = r.Scan(&k.ID, &k.Secret, &created)
		k.created = clock.Time(created)
		return k, err
	}, `SELECT id, secret, created_at FROM media_key ORDER BY created_at DESC, id DESC`)
}

// insertKey leaves a key that is there already alone: nodes that start together
// agree on the first one's.
func insertKey(ctx context.Context, tx *db.Tx, k storedKey) error {
	_, err := tx.Exec(ctx, `INSERT INTO media_key (id, secret, created_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING`,
		int64(k.ID), k.Secret, clock.Micros(k.created))
	return err
}

func deleteKey(ctx context.Context, tx *db.Tx, key byte) error {
	_, err := tx.Exec(ctx, `DELETE FROM media_key WHERE id = $1`, int64(key))
	return err
}
