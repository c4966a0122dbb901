package media

import (
	"context"

	"cliffhanger/internal/platform/db"
)

// beat tells the other nodes that this one lives, and where.
func (s *Service) beat(ctx context.Context) error {
	n := Node{Name: s.cfg.Node, URL: s.cfg.NodeURL, SeenAt: s.now()}
	return s.d.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return putNode(ctx, tx, n) })
}

// nodeAlive reports whether a node was heard of lately.
func (s *Service) nodeAlive(n Node) bool { return !n.SeenAt.Before(s.now().Add(-s.cfg.NodeLife)) }

// Nodes lists every node that was ever heard of, for the system page.
func (s *Service) Nodes(ctx context.Context) ([]Node, error) { return listNodes(ctx, s.d.DB) }
