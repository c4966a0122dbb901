package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"cliffhanger/internal/kernel/fault"
)

func TestAnUnknownErrorTellsAStrangerNothing(t *testing.T) {
	t.Parallel()
	f := fault.Of(errors.New("pq: password=hunter2"))
	if f.Kind != fault.Internal || strings.Contains(f.Msg, "hunter2") {
		t.Fatalf("leaked: %+v", f)
	}
	if !strings.Contains(f.Error(), "hunter2") {
		t.Fatal("the log must keep the cause")
	}
}

func TestAFaultIsFoundThroughWrapping(t *testing.T) {
	t.Parallel()
	gone := fault.New(fault.NotFound, "catalogue.drama_missing", "There is no drama %s.", "drm_1")
	err := fmt.Errorf("open: %w", gone.Because(errors.New("no rows")).With(fault.Field{Path: "id"}))
	if fault.KindOf(err) != fault.NotFound || !errors.Is(err, gone) {
		t.Fatalf("lost its kind or identity: %v", err)
	}
	if len(gone.Fields) != 0 {
		t.Fatal("With changed the original")
	}
}
