package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"cliffhanger/demo/lettering"
	"cliffhanger/demo/stage"
	"cliffhanger/demo/story"
)

// FolderOptions is how a drama is released. The zero value releases all of it in
// the repertoire's year.
type FolderOptions struct {
	Release string // "all", or "daily:2" for two episodes a day
	Year    int
}

// repertoireYear is when the dramas were written.
const repertoireYear = 2026

// ErrBusy says that another process is making the same folder.
var ErrBusy = errors.New("demo: the folder is being made by someone else")

// WriteFolder plays a whole drama into an import folder below dir, named after
// the drama's key, and returns its path. A folder that exists is left as it is.
// Progress counts thousandths of an episode and may be nil. Two at once on the
// same folder: one gets ErrBusy.
func WriteFolder(ctx context.Context, dir string, d story.Drama, o FolderOptions, progress func(done, total int)) (string, error) {
	return makeFolder(dir, d.Key, func(work string) (manifest, error) {
		for i, e := range d.Episodes {
			_, err := Perform(ctx, Performance{Drama: d, Episode: e.Number, Dir: work, Progress: share(progress, i, len(d.Episodes))})
			if err != nil {
				return manifest{}, err
			}
		}
		return manifestOf(d, o), writePosters(work, d)
	})
}

// share turns the progress of step i of n into the progress of all of them.
func share(progress func(done, total int), i, n int) func(done, total int) {
	if progress == nil {
		return nil
	}
	const grain = 1000
	return func(done, total int) { progress(i*grain+done*grain/total, n*grain) }
}

// makeFolder fills a folder under another name and renames it into place: the
// renamed folder is the mark that it is complete. What an earlier run left
// behind half done is thrown away. A lock on the unfinished folder, which ends
// with its process, keeps two runs apart.
func makeFolder(dir, key string, fill func(work string) (manifest, error)) (string, error) {
	final, work := filepath.Join(dir, key), filepath.Join(dir, "."+key+".partial")
	if complete(final) {
		return final, nil
	}
	if err := os.MkdirAll(work, 0o755); err != nil {
		return "", err
	}
	lock, err := os.Open(work)
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return "", fmt.Errorf("%w: %s", ErrBusy, work)
	}
	if complete(final) { // finished by someone else between the look and the lock
		return final, os.RemoveAll(work)
	}
	if err := empty(work); err != nil {
		return "", err
	}
	m, err := fill(work)
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(work))
	}
	text, err := m.encode()
	if err != nil {
		return "", err
	}
	if err := writeWhole(filepath.Join(work, manifestName), text); err != nil {
		return "", err
	}
	return final, os.Rename(work, final)
}

func complete(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, manifestName))
	return err == nil
}

func empty(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.RemoveAll(filepath.Join(folder, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

func manifestOf(d story.Drama, o FolderOptions) manifest {
	m := manifest{
		Schema: 1, Key: d.Key, OriginalLanguage: Chinese, Genres: d.Genres, Tags: d.Tags, Audience: d.Audience,
		Year: o.Year, Release: o.Release, Title: both(d.Title), Synopsis: both(d.Logline),
		Posters: posters{portraitName, landscapeName},
	}
	if m.Year == 0 {
		m.Year = repertoireYear
	}
	if m.Release == "" {
		m.Release = "all"
	}
	for _, role := range slices.Sorted(maps.Keys(d.Cast)) {
		m.People = append(m.People, person{"cast", both(d.Cast[role].Name)})
	}
	for _, e := range d.Episodes {
		m.Episodes = append(m.Episodes, episode{
			Number: e.Number, File: videoName(e.Number), Title: both(e.Title),
			Subtitles: map[string]string{Chinese: subtitleName(e.Number, Chinese), English: subtitleName(e.Number, English)},
		})
	}
	return m
}

func both(t story.Text) map[string]string { return map[string]string{Chinese: t.Zh, English: t.En} }

// posterQuality is of JPEG; flat leather and fine cuts show blocks below it.
const posterQuality = 90

func writePosters(dir string, d story.Drama) error {
	faces, err := lettering.Open()
	if err != nil {
		return err
	}
	defer faces.Close()
	if err := os.MkdirAll(filepath.Join(dir, postersFolder), 0o755); err != nil {
		return err
	}
	for name, format := range map[string]stage.Format{portraitName: stage.Portrait, landscapeName: stage.Landscape} {
		picture, err := stage.Poster(d, faces.Serif, format)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: posterQuality}); err != nil {
			return err
		}
		if err := writeWhole(filepath.Join(dir, name), b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}
