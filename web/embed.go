// Package web holds the TypeScript front end and embeds its build.
//
// Owns: the watch app (index.html) and the console (console.html), built by `make web` into dist with
// content-hashed files under assets/.
// Promises: a fresh clone compiles without Node; until the front end is built, Site answers pages that say how.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist placeholder
var files embed.FS

// Site is the root of the static site: the build, or the placeholder pages where there is none yet.
//
// index.html is the watch app, for every path that is neither a file, nor /api, /media, /img nor /console;
// console.html is the console, for every path under /console. Everything under assets/ is named by its content and
// may be cached for ever; everything else must be revalidated. In index.html the comment <!--head--> marks where a
// public page puts its own title, Open Graph and JSON-LD.
func Site() fs.FS {
	if Built() {
		return sub("dist")
	}
	return sub("placeholder")
}

// Built reports whether the front end was built before this program was compiled.
func Built() bool {
	_, err := fs.Stat(files, "dist/index.html")
	return err == nil
}

// sub cannot fail: both directories are embedded above.
func sub(dir string) fs.FS {
	s, err := fs.Sub(files, dir)
	if err != nil {
		panic(err)
	}
	return s
}
