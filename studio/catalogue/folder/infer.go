package folder

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"
)

var (
	videoTypes    = []string{".mp4", ".mov", ".m4v", ".mkv", ".webm", ".ts", ".mts", ".m2ts"}
	pictureTypes  = []string{".jpg", ".jpeg", ".png", ".webp"}
	subtitleTypes = []string{".vtt", ".srt"}
)

// Infer makes a manifest of a folder that has none: the title is the folder's
// name, the episodes are its video files (or those of its folder episodes) with
// the numbers their names say, or in the order a person would count them where
// not every name says one; subtitles are files of the same name. ignored are the
// files that mean nothing here.
func Infer(f fs.FS, name string) (m Manifest, ignored []string, err error) {
	lang := "en"
	if strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		lang = "zh-CN"
	}
	m = Manifest{Schema: Schema, OriginalLanguage: lang, Title: map[string]string{lang: name}}
	top, err := files(f, ".")
	if err != nil {
		return m, nil, err
	}
	videos := of(top, videoTypes)
	if len(videos) == 0 {
		inner, err := files(f, "episodes")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return m, nil, err
		}
		videos = of(inner, videoTypes)
	}
	if len(videos) == 0 {
		return m, nil, ErrNothing
	}
	slices.SortFunc(videos, Natural)
	subs, err := subtitles(f, top)
	if err != nil {
		return m, nil, err
	}
	number := numbers(videos)
	for i, v := range videos {
		e := Episode{Number: number[i], File: v}
		for _, s := range subs {
			if tag, ok := languageOf(s, v, lang); ok {
				if e.Subtitles == nil {
					e.Subtitles = map[string]string{}
				}
				e.Subtitles[tag] = s
			}
		}
		m.Episodes = append(m.Episodes, e)
	}
	slices.SortFunc(m.Episodes, func(a, b Episode) int { return a.Number - b.Number })
	for _, p := range of(top, pictureTypes) {
		what, lang, _ := strings.Cut(stem(p), ".") // "poster.en.jpg"
		switch strings.ToLower(what) {
		case "poster", "portrait", "cover":
			put(&m.Posters.Portrait, &m.Posters.Portraits, lang, p)
		case "landscape", "banner":
			put(&m.Posters.Landscape, &m.Posters.Landscapes, lang, p)
		}
	}
	ignored, err = unused(f, m)
	return m, ignored, err
}

// unused answers the files a person may have meant and the manifest does not name.
func unused(f fs.FS, m Manifest) ([]string, error) {
	used := map[string]bool{m.Posters.Portrait: true, m.Posters.Landscape: true}
	for _, by := range []map[string]string{m.Posters.Portraits, m.Posters.Landscapes} {
		for _, p := range by {
			used[p] = true
		}
	}
	for _, e := range m.Episodes {
		used[e.File] = true
		for _, p := range e.Subtitles {
			used[p] = true
		}
	}
	var out []string
	for _, dir := range []string{".", "episodes", "subtitles"} {
		inside, err := files(f, dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		out = append(out, slices.DeleteFunc(inside, func(p string) bool { return used[p] })...)
	}
	return out, nil
}

// put enters a path under a language; "" is the original one.
func put(original *string, others *map[string]string, lang, path string) {
	if lang == "" {
		*original = path
		return
	}
	if *others == nil {
		*others = map[string]string{}
	}
	(*others)[lang] = path
}

// files answers the regular files of one folder; hidden ones are left out.
func files(f fs.FS, dir string) ([]string, error) {
	entries, err := fs.ReadDir(f, dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
			out = append(out, path.Join(dir, e.Name()))
		}
	}
	return out, nil
}

func subtitles(f fs.FS, top []string) ([]string, error) {
	found := of(top, subtitleTypes)
	for _, dir := range []string{"subtitles", "episodes"} {
		inner, err := files(f, dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		found = append(found, of(inner, subtitleTypes)...)
	}
	return found, nil
}

func of(paths, types []string) []string {
	var out []string
	for _, p := range paths {
		if slices.Contains(types, strings.ToLower(path.Ext(p))) {
			out = append(out, p)
		}
	}
	return out
}

func stem(p string) string { return strings.TrimSuffix(path.Base(p), path.Ext(p)) }

// languageOf answers the language of a subtitle file if it belongs to the
// video: "01.en.vtt" to "01.mp4", and "01.srt" in the original language.
func languageOf(sub, video, original string) (string, bool) {
	rest, ok := strings.CutPrefix(stem(sub), stem(video))
	switch {
	case !ok:
		return "", false
	case rest == "":
		return original, true
	case rest[0] == '.' && len(rest) > 1:
		return rest[1:], true
	}
	return "", false
}

// Natural compares names as a person would: "2.mp4" comes before "10.mp4".
func Natural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		dx, dy := digits(x), digits(y)
		if dx > 0 && dy > 0 {
			nx, ny := strings.TrimLeft(x[:dx], "0"), strings.TrimLeft(y[:dy], "0")
			if c := len(nx) - len(ny); c != 0 {
				return c
			}
			if c := strings.Compare(nx, ny); c != 0 {
				return c
			}
			x, y = x[dx:], y[dy:]
			continue
		}
		if x[0] != y[0] {
			return int(x[0]) - int(y[0])
		}
		x, y = x[1:], y[1:]
	}
	if c := len(x) - len(y); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

func digits(s string) int {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}
