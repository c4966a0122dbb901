package app

import "testing"

func TestRoomForGarbage(t *testing.T) {
	for held, want := range map[uint64]int{
		0:        3200, // nothing known yet
		32 << 20: 800,
		64 << 20: 400,
		1 << 30:  200, // a large house: never less
	} {
		if got := roomFor(held); got != want {
			t.Errorf("%d held: %d %%, want %d", held, got, want)
		}
	}
}
