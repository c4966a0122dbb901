// Package lettering sets type: it finds the theatre's two typefaces, breaks
// lines the way Chinese and English want them broken, carves the title plate
// and the cliff card, and writes WebVTT subtitles.
package lettering
