package app

import (
	"testing"

	"cliffhanger/event"
)

func TestADiskIsWorkBeforeItIsAnAlarm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		free  int64
		holds bool
		how   event.Severity
	}{{100, false, 0}, {10, false, 0}, {9, true, event.Work}, {5, true, event.Work}, {4, true, event.Alarm}, {0, true, event.Alarm}} {
		seen := diskSeen("one", c.free, 100, 0.05)
		if seen.Holds != c.holds || c.holds && seen.Severity != c.how {
			t.Errorf("%d of 100 free: %v, %v", c.free, seen.Holds, seen.Severity)
		}
	}
	if diskSeen("one", 0, 0, 0.05).Holds {
		t.Error("a disk that tells nothing is full")
	}
}

func TestFailedWorkIsCounted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n     int
		more  bool
		holds bool
		title string
	}{{0, false, false, ""}, {1, false, true, "A failed message waits"}, {7, false, true, "7 failed messages wait"}, {100, true, true, "More than 100 failed messages wait"}} {
		if seen := deadSeen(c.n, c.more); seen.Holds != c.holds || c.holds && seen.Title["en"] != c.title {
			t.Errorf("%d: %v, %q", c.n, seen.Holds, seen.Title["en"])
		}
	}
}
