package catalogue

import "cliffhanger/internal/kernel/id"

// Forget empties this node's memory of a drama.
func (s *Service) Forget(drama id.Drama) { s.shown.forget(drama) }
