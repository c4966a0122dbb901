package bus_test

import (
	"os"
	"path/filepath"
	"testing"

	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
)

func TestMain(m *testing.M) {
	bustest.RunAsNode()
	os.Exit(m.Run())
}

func TestInProcessOnSQLite(t *testing.T) {
	t.Parallel()
	bustest.Conformance(t, func(t *testing.T) *bustest.Topology {
		return &bustest.Topology{
			Database: "sqlite:" + filepath.Join(t.TempDir(), "bus.db"),
			Bus:      bus.Config{Dir: filepath.Join(t.TempDir(), "bus")},
		}
	})
}

func TestClusterOnPostgreSQL(t *testing.T) {
	t.Parallel()
	bustest.Conformance(t, func(t *testing.T) *bustest.Topology {
		database := dbtest.PostgreSQLAddress(t)
		cluster := bustest.NewCluster(t)
		return &bustest.Topology{Database: database, Bus: bus.Config{URL: cluster.URL, Replicas: 3}, NATS: cluster}
	})
}
