// Package ocr reads the text on the frames that media kept of an episode, so that
// nothing is decoded again.
//
// Tesseract reads print, not film: over a moving picture it finds almost nothing.
// So the frame is prepared. Strokes are told from the picture by what every
// caption has, whatever lies behind it: very bright close to very dark, or the
// reverse. Rows of strokes become bands, bands become lines, a line is drawn black
// on white in the size that tesseract likes, and lines that stay from frame to
// frame are read once or twice instead of every half second.
//
// Promises: the same frames give the same lines; tesseract runs in the fence of
// outside tools, on one core, many lines to a process; a frame that is no picture
// is an error that names its time.
package ocr
