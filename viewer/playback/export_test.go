package playback

import "time"

// Patience sets how long a device may take to answer a command.
func (s *Service) Patience(d time.Duration) { s.patience = d }

// Waiting is how many commands wait for an answer.
func (s *Service) Waiting() int {
	s.asked.mu.Lock()
	defer s.asked.mu.Unlock()
	return len(s.asked.waiting)
}

// Pace sets how long a node gathers reports between two transactions.
func (s *Service) Pace(d time.Duration) { s.intake.pace = d }

// MostTogether is how many accounts' reports one transaction stores.
const MostTogether = mostTogether
