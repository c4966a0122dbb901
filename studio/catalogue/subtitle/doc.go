// Package subtitle turns SRT or WebVTT of any origin into clean WebVTT.
//
// It is a pure room. What comes out carries plain words only: no markup, no
// styles, no regions, no scripts; its cues are in order, end after they start,
// and lie above the lowest eighth of a portrait screen, where the player's own
// controls are.
package subtitle
