package exchange

import (
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/studio/catalogue"
)

// Service moves dramas between folders and the catalogue.
type Service struct{ *catalogue.Service }

// New makes the exchange of a catalogue.
func New(c *catalogue.Service) *Service { return &Service{c} }

// isMissing reports whether what was asked for does not exist, or not for the actor.
func isMissing(err error) bool { return err != nil && fault.KindOf(err) == fault.NotFound }
