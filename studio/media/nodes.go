package media

import (
	"context"
	"strings"

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

// hush says of assets whose node is not heard of any more that they wait for it,
// instead of where it was: nobody knows whether it works on. Its job is given to
// another node as soon as there is one.
func (s *Service) hush(ctx context.Context, assets []Asset) error {
	var nodes map[string]Node // asked for once something is worked on elsewhere
	for i := range assets {
		a := &assets[i]
		name, _, at := strings.Cut(string(a.Run), ".")
		if !at || name == s.cfg.Node {
			continue
		}
		if nodes == nil {
			all, err := s.Nodes(ctx)
			if err != nil {
				return err
			}
			nodes = make(map[string]Node, len(all))
			for _, n := range all {
				nodes[n.Name] = n
			}
		}
		if n, known := nodes[name]; known && !s.nodeAlive(n) {
			a.Stage, a.Percent = stageSilent, 0
		}
	}
	return nil
}

// tellOfSilent has open pages look again at what nodes that have just fallen
// silent were working on.
func (s *Service) tellOfSilent(ctx context.Context) error {
	nodes, err := s.Nodes(ctx)
	if err != nil {
		return err
	}
	for _, n := range nodes {
		if s.nodeAlive(n) || n.SeenAt.Before(s.now().Add(-2*s.cfg.NodeLife)) {
			continue
		}
		assets, err := workedOnBy(ctx, s.d.DB, n.Name)
		if err != nil {
			return err
		}
		for _, a := range assets {
			s.changed(ctx, a)
		}
	}
	return nil
}
