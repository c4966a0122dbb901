package audit

import (
	"context"
	"encoding/json"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/trust/audit/record"
)

// Logged is a fact the public log keeps.
type Logged interface {
	bus.Fact
	Record() event.Record
}

// Listen makes the log hear every fact that is marked for it.
func (s *Service) Listen() {
	hear[event.DramaPublished](s)
	hear[event.DramaWithdrawn](s)
	hear[event.DramaChanged](s)
	hear[event.UploadCompleted](s)
	hear[event.AssetPlayable](s)
	hear[event.AssetComplete](s)
	hear[event.AssetFailed](s)
	hear[event.AssetDeleted](s)
	hear[event.StaffChanged](s)
	hear[event.PackProposed](s)
	hear[event.PackConfirmed](s)
	hear[event.PackInForce](s)
	hear[event.PackWithdrawn](s)
	hear[event.VersionMoved](s)
	hear[event.VersionMarked](s)
	hear[event.FindingAnswered](s)
	hear[event.InterestDeclared](s)
	hear[event.WorkViewed](s)
	hear[event.WorkExported](s)
	hear[event.LogRead](s)
}

// hear puts the fact among what waits. One that could never be an entry is given up
// at once, for people to look at.
func hear[F Logged](s *Service) {
	bus.On(s.bus, "audit", func(ctx context.Context, tx *db.Tx, f F, m bus.Meta) error {
		r := f.Record()
		if _, err := record.Of(0, m.At, string(m.ID), f.Fact(), r, func(string) string { return "x" }).Encode(); err != nil {
			return bus.Permanent(err)
		}
		text, err := json.Marshal(r)
		if err != nil {
			return bus.Permanent(err)
		}
		return insertWaiting(ctx, tx, waiting{string(m.ID), clock.Micros(m.At), f.Fact(), string(text)})
	})
}
