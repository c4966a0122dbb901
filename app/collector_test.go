package app

import (
	"testing"
	"testing/fstest"
)

func TestRoomForGarbage(t *testing.T) {
	const mb, gb = 1 << 20, 1 << 30
	for _, c := range []struct {
		name               string
		held, made, memory uint64
		want               int
	}{
		{"nothing known yet", 0, 0, 0, 3200},
		{"little to do", 32 * mb, mb, 32 * gb, 800},
		{"40 MB a second", 64 * mb, 200 * mb, 32 * gb, 2500},
		{"400 MB a second: a sixteenth of the memory", 64 * mb, 2000 * mb, 16 * gb, 1600},
		{"the same in a small container", 64 * mb, 2000 * mb, gb, 400},
		{"a large house: never less", gb, 0, 2 * gb, 200},
	} {
		if got := roomFor(c.held, c.made, c.memory); got != c.want {
			t.Errorf("%s: %d %%, want %d", c.name, got, c.want)
		}
	}
}

func TestMemoryHere(t *testing.T) {
	info := &fstest.MapFile{Data: []byte("MemTotal:       24683116 kB\nMemFree:  1 kB\n")}
	for limit, want := range map[string]uint64{"max\n": 24683116 << 10, "1073741824\n": 1 << 30, "": 24683116 << 10} {
		got := memoryHere(fstest.MapFS{"proc/meminfo": info, "sys/fs/cgroup/memory.max": &fstest.MapFile{Data: []byte(limit)}})
		if got != want {
			t.Errorf("limit %q: %d, want %d", limit, got, want)
		}
	}
	if got := memoryHere(fstest.MapFS{}); got != 0 {
		t.Errorf("nothing said: %d", got)
	}
}
