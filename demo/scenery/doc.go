// Package scenery builds the stage: moods of the lamp and six sets of hide.
//
// A Set is a stack of sheets at different distances from the screen. Sheets are
// drawn once, in stage units: the frame is 540×960 at zoom 1, and sheets run
// past its edges for the camera. Nothing is painted sky: the lamp's light map
// shines through everything.
package scenery
