package bus

import (
	"context"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"cliffhanger/internal/platform/db"
)

// Outbox is a bus that only writes down what is to be sent: Announce and
// EnqueueTx work, and a node that runs on the same database sends it. Nothing
// is heard, beacons reach nobody, and Start is not for it. It is for commands
// that change a house while its server runs.
func Outbox(ctx context.Context, d *db.DB, log *slog.Logger) (*Bus, error) {
	if err := d.Migrate(ctx, "bus", Migrations); err != nil {
		return nil, wrap("migrate", err)
	}
	b := newBus(Config{}, d, log, nil)
	b.mute = true
	return b, nil
}

// Reachable answers nil when a cluster answers at the address and keeps streams.
func Reachable(ctx context.Context, url string) error {
	nc, err := nats.Connect(url, nats.Timeout(5*time.Second))
	if err != nil {
		return downAt(url, err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err == nil {
		_, err = js.AccountInfo(ctx)
	}
	if err != nil {
		return downAt(url, err)
	}
	return nil
}
