package exchange

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/folder"
	"cliffhanger/studio/catalogue/poster"
)

// put receives one file of an export.
type put func(name string, size int64, r io.Reader) error

// ExportTar writes a drama as a tar stream of the folder Import reads.
func (s *Service) ExportTar(ctx context.Context, by actor.Actor, drama id.Drama, w io.Writer) error {
	archive := tar.NewWriter(w)
	err := s.export(ctx, by, drama, func(name string, size int64, r io.Reader) error {
		if err := archive.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o644, ModTime: s.Clock.Now(), Format: tar.FormatPAX}); err != nil {
			return err
		}
		_, err := io.Copy(archive, r)
		return err
	})
	if err != nil {
		return err
	}
	return archive.Close()
}

// Export writes a drama as the folder Import reads. dir is made if need be;
// files of the same names are replaced.
func (s *Service) Export(ctx context.Context, by actor.Actor, drama id.Drama, dir string) error {
	return s.export(ctx, by, drama, func(name string, _ int64, r io.Reader) error {
		target := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		f, err := os.Create(target)
		if err != nil {
			return err
		}
		if _, err := io.Copy(f, r); err != nil {
			f.Close()
			return err
		}
		return f.Close()
	})
}

// export hands every file of the drama to put, drama.toml last: a folder that
// was cut off is not mistaken for a whole one.
func (s *Service) export(ctx context.Context, by actor.Actor, drama id.Drama, put put) error {
	d, err := s.Dossier(ctx, by, drama)
	if err != nil {
		return err
	}
	leaves := event.WorkExported{By: event.By(by), Org: d.Org, Drama: drama}
	if err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.Bus.Announce(ctx, tx, leaves) }); err != nil {
		return err
	}
	m := manifestOf(d)
	for shape, at := range postersIn(&m) {
		for lang, img := range d.Posters(shape) {
			suffix := "." + strings.Replace(img.Format, "jpeg", "jpg", 1)
			name := "posters/" + string(shape) + suffix
			if lang == d.OriginalLanguage {
				*at.original = name
			} else {
				name = "posters/" + string(shape) + "." + lang + suffix
				at.add(lang, name)
			}
			if err := s.exportBlob(ctx, poster.OriginalKey(img.Hash), name, put); err != nil {
				return err
			}
		}
	}
	for i, e := range d.Episodes {
		if err := s.exportEpisode(ctx, e, &m.Episodes[i], put); err != nil {
			return fmt.Errorf("export episode %d: %w", e.Number, err)
		}
	}
	text, err := folder.Format(m)
	if err != nil {
		return err
	}
	return put(folder.File, int64(len(text)), bytes.NewReader(text))
}

func (s *Service) exportEpisode(ctx context.Context, e catalogue.Episode, into *folder.Episode, put put) error {
	stem := fmt.Sprintf("%02d", e.Number)
	for _, sub := range e.Subtitles {
		name := "subtitles/" + stem + "." + sub.Lang + ".vtt"
		if into.Subtitles == nil {
			into.Subtitles = map[string]string{}
		}
		into.Subtitles[sub.Lang] = name
		if err := s.exportBlob(ctx, sub.BlobKey(), name, put); err != nil {
			return err
		}
	}
	if e.Asset == "" {
		return nil
	}
	master, original, size, err := s.Media.Master(ctx, e.Asset)
	if err != nil {
		return err
	}
	defer master.Close()
	into.File = "episodes/" + stem + extension(original)
	return put(into.File, size, master)
}

func (s *Service) exportBlob(ctx context.Context, key, name string, put put) error {
	o, err := s.Blobs.Open(ctx, key)
	if err != nil {
		return err
	}
	defer o.Close()
	return put(name, o.Size, o)
}

// extension is that of a name somebody chose, if it is a plain one.
func extension(name string) string {
	ext := strings.ToLower(path.Ext(name))
	if len(ext) < 2 || len(ext) > 6 || strings.Trim(ext[1:], "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return ".mp4"
	}
	return ext
}

func manifestOf(d catalogue.Dossier) folder.Manifest {
	m := folder.Manifest{
		Key: d.Key, OriginalLanguage: d.OriginalLanguage, Genres: d.Genres, Tags: d.Tags, Audience: d.Audience, Year: d.Year,
		Release: d.Release.String(), Credit: d.Credit, Title: d.Title, Synopsis: d.Synopsis,
	}
	m.Markets = marketsOf(d)
	for _, p := range d.People {
		m.People = append(m.People, folder.Person{Role: p.Role, Name: p.Name})
	}
	for _, e := range d.Episodes {
		m.Episodes = append(m.Episodes, folder.Episode{Number: e.Number, Title: e.Title, ReleaseAt: e.OwnAt})
	}
	return m
}
