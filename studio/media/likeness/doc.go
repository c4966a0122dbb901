// Package likeness compares what pictures show and sounds are, not their bytes:
// 64-bit hashes of frames and chromaprint fingerprints of sound. Both survive
// scaling, recoding and a change of brightness or volume; neither survives
// mirroring or a crop of more than a few per cent.
package likeness
