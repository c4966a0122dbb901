// Package encode is the edge to ffmpeg: options become a command line by pure
// functions, and the command runs inside the fence.
//
// One source is read twice. Measure decodes only the sound (about one hundredth
// of the work) and answers loudness, silences and the fingerprint. Job decodes
// the picture once for everything: all rungs of the ladder, the QC filters, scrub
// sprites, poster candidates, frames for later checks and frame hashes; and the
// sound again, now with the gain that Measure's figures ask for. Measuring first
// costs one cheap pass and saves a second encode, a PCM copy of hours of sound,
// and loudnorm's dynamic mode, which pumps. Head then copies the start of the
// lowest rung into a small progressive file.
//
// Every output is a relative name in the run's own directory. Key frames are set
// by count, not by time, so that rungs of different codecs and of half the frame
// rate cut at the very same instants.
//
// Promises: never a shell; only local files and only the probed demuxer; no
// metadata of the source (places, names, devices) reaches an output, but for what
// the job is told to say of how the work was made.
package encode
