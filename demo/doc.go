// Package demo is the demo theatre: a company of shadow puppets that plays
// twelve dramas of five episodes, so that the platform has something true to
// show without anybody's films.
//
// Perform plays one episode and writes its master and subtitles. WriteFolder
// plays a whole drama and leaves an import folder, the same a producer would
// hand in:
//
//	drama.toml
//	episodes/01.mp4 …
//	subtitles/01.zh-CN.vtt, 01.en.vtt …
//	posters/poster.jpg, landscape.jpg
//
// CutFilm makes the same kind of folder from an open film.
//
// Promises: the same drama gives the same pictures and sound on every run of
// the same build and the same ffmpeg and espeak-ng; masters are 540×960, 25 fps,
// BT.709, -16 LUFS, below -1 dBTP, and carry no text but a title plate and a
// cliff card; a folder appears whole or not at all, and one that is there is not
// made again.
//
// The floors below: need (what must be installed), raster (shapes, sprites,
// frames), story (the repertoire and its storyboards), puppet (the company),
// scenery (sets and light), lettering (type and subtitles), stage (frames and
// posters), sound (voices and music).
package demo
