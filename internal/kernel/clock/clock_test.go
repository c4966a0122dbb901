package clock_test

import (
	"testing"
	"time"

	"cliffhanger/internal/kernel/clock"
)

func TestStoredTimesComeBackInUTC(t *testing.T) {
	t.Parallel()
	shanghai := time.FixedZone("CST", 8*3600)
	at := time.Date(2026, 11, 24, 9, 2, 3, 456_000, shanghai)
	back := clock.Time(clock.Micros(at))
	if !back.Equal(at) || back.Location() != time.UTC {
		t.Fatalf("%v became %v", at, back)
	}
	if !clock.Time(0).IsZero() || clock.Micros(time.Time{}) != 0 {
		t.Fatal("the zero time must survive")
	}
}
