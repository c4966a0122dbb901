package review

import (
	"context"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// compareVersion is the job that ends the open cases of what is not there any more:
// a job because works may not be asked within a transaction.
type compareVersion struct {
	Drama id.Drama `json:"drama"`
}

func (compareVersion) Queue() string { return "review.compare_version" }

// Listen makes open cases follow what happens to their works; call it before the bus
// starts.
func (s *Service) Listen() {
	bus.On(s.Bus, "review", func(ctx context.Context, tx *db.Tx, f event.DramaChanged, _ bus.Meta) error {
		cases, err := currentOf(ctx, tx, []id.Drama{f.Drama})
		if err != nil || len(cases) == 0 {
			return err
		}
		return s.Bus.EnqueueTx(ctx, tx, compareVersion{f.Drama})
	})
}

// Work makes this node do what reviews leave for later.
func (s *Service) Work() {
	bus.Work(s.Bus, bus.Worker{}, func(ctx context.Context, j compareVersion, _ bus.Lease) error { return s.Compare(ctx, j.Drama) })
}

// Compare ends the cases of a drama whose versions are not what it consists of now.
func (s *Service) Compare(ctx context.Context, drama id.Drama) error {
	cases, err := currentOf(ctx, s.DB, []id.Drama{drama})
	if err != nil {
		return err
	}
	for _, found := range cases {
		c, err := caseByID(ctx, s.DB, found.ID)
		if err != nil {
			return err
		}
		if _, err := s.follow(ctx, c); err != nil {
			return err
		}
	}
	return nil
}
