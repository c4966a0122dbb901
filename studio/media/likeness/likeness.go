package likeness

import (
	"encoding/binary"
	"math/bits"
)

// The picture a frame hash is made of: nine columns give eight differences.
const (
	columns   = 9
	rows      = 8
	FrameSize = columns * rows // bytes of one gray frame
)

// Hash is the 64-bit difference hash (dHash) of a 9×8 gray frame of FrameSize
// bytes: one bit for each pixel and its right neighbour, top left first, set when
// it gets brighter. A flat frame, such as black, hashes to 0.
func Hash(gray []byte) uint64 {
	var h uint64
	for y := range rows {
		row := gray[y*columns : (y+1)*columns]
		for x := range columns - 1 {
			h <<= 1
			if row[x+1] > row[x] {
				h |= 1
			}
		}
	}
	return h
}

// Hashes is Hash of every whole frame in a run of gray frames.
func Hashes(gray []byte) []uint64 {
	h := make([]uint64, 0, len(gray)/FrameSize)
	for ; len(gray) >= FrameSize; gray = gray[FrameSize:] {
		h = append(h, Hash(gray))
	}
	return h
}

// Distance is in how many of 64 bits two frame hashes differ. Up to about 10 is
// the same picture.
func Distance(a, b uint64) int { return bits.OnesCount64(a ^ b) }

// ParsePrint reads ffmpeg's raw chromaprint: one 32-bit number, little-endian,
// for about every eighth of a second. Stray bytes at the end are ignored.
func ParsePrint(raw []byte) []uint32 {
	p := make([]uint32, 0, len(raw)/4)
	for ; len(raw) >= 4; raw = raw[4:] {
		p = append(p, binary.LittleEndian.Uint32(raw))
	}
	return p
}
