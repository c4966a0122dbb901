// Package raster turns shapes into sprites and sprites into frames.
//
// Two speeds live here. Shapes are filled slowly and beautifully, once, onto a
// Canvas: anti-aliased coverage, gradients, cut-outs, leather edges, blur. The
// result is frozen into a Sprite. A Frame then composites sprites many times a
// second through affine transforms with integer arithmetic only.
//
// Colours are transmissions: a leather puppet filters the lamp behind the
// screen. A Frame therefore carries the lamp's light next to its pixels, and a
// lit sprite shows that light through its own colour.
//
// Everything is a pure function of its arguments and of the pixels it is given:
// no clock, no randomness, no files.
package raster
