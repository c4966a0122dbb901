// Package fence runs one outside tool (ffmpeg, ffprobe, tesseract) over a file
// that a stranger sent, so that the tool can neither outlive, outgrow nor outspend
// what it was given.
//
// Promises: never a shell; an environment of three variables and those a run
// names, so no secret of ours is inherited; its own process group, killed whole
// when the context ends, the time is up or this process dies; limits on resident
// memory and on the size of every file written (Linux; elsewhere only time is
// limited); diagnostics kept as a bounded tail; every end that is not success is a
// *Failure with a reason.
package fence
