package likeness_test

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cliffhanger/studio/media/likeness"
)

func TestHashBits(t *testing.T) {
	t.Parallel()
	frame := make([]byte, likeness.FrameSize)
	if h := likeness.Hash(frame); h != 0 {
		t.Errorf("black = %x", h)
	}
	frame[1] = 9 // brighter than its left neighbour: the very first bit
	if h := likeness.Hash(frame); h != 1<<63 {
		t.Errorf("one step = %x", h)
	}
	for i := range frame {
		frame[i] = byte(i % 9)
	}
	if h := likeness.Hash(frame); h != ^uint64(0) {
		t.Errorf("ramp = %x", h)
	}
}

func TestHashIgnoresBrightness(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		frame := rapid.SliceOfN(rapid.ByteMax(200), likeness.FrameSize, likeness.FrameSize).Draw(t, "frame")
		up := byte(rapid.IntRange(0, 55).Draw(t, "up"))
		bright := make([]byte, len(frame))
		for i, b := range frame {
			bright[i] = b + up
		}
		if d := likeness.Distance(likeness.Hash(frame), likeness.Hash(bright)); d != 0 {
			t.Fatalf("distance %d", d)
		}
	})
}

func TestHashesTakeWholeFramesOnly(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{0: 0, 71: 0, 72: 1, 143: 1, 144: 2} {
		if got := len(likeness.Hashes(make([]byte, n))); got != want {
			t.Errorf("%d bytes: %d hashes, want %d", n, got, want)
		}
	}
}

func TestParsePrint(t *testing.T) {
	t.Parallel()
	raw := binary.LittleEndian.AppendUint32(nil, 0xDEADBEEF)
	raw = binary.LittleEndian.AppendUint32(raw, 7)
	if d := cmp.Diff([]uint32{0xDEADBEEF, 7}, likeness.ParsePrint(append(raw, 1, 2))); d != "" {
		t.Error(d)
	}
}
