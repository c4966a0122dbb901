package app

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cliffhanger/internal/kernel/fault"
)

func TestACommandIsForTheUserOfTheServer(t *testing.T) {
	t.Parallel()
	data, me := filepath.Join(t.TempDir(), "data"), os.Geteuid()
	if err := ownData(data, me+1); err != nil {
		t.Errorf("a folder that is not there yet: %v", err)
	}
	if err := os.MkdirAll(filepath.Join(data, "blobs"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := ownData(data, me); err != nil {
		t.Errorf("its own user: %v", err)
	}
	err := ownData(data, me+1)
	if f := fault.Of(err); f == nil || f.Code != "data.belongs_to_another" || !strings.Contains(f.Msg, data) || !strings.Contains(f.Msg, "sudo -u ") {
		t.Errorf("another user: %v", err)
	}
	if me != 0 {
		return // only root can make the folder another's
	}
	if err := os.Chown(filepath.Join(data, "blobs"), 4242, 4242); err != nil {
		t.Fatal(err)
	}
	cfg := roomy()
	cfg.Data = data
	if a, err := OpenBeside(t.Context(), cfg, slog.New(slog.NewTextHandler(io.Discard, nil))); fault.Of(err).Code != "data.belongs_to_another" {
		t.Errorf("opened %v, %v", a, err)
	}
	if left, _ := os.ReadDir(data); len(left) != 1 {
		t.Errorf("it left %v", left)
	}
}
