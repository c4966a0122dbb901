package media

import (
	"strings"
	"time"

	"cliffhanger/studio/media/cmaf"
	"cliffhanger/studio/media/display"
	"cliffhanger/studio/media/manifest"
)

// Track says where the segments of a rendition lie in its file.
type Track = cmaf.Track

// presentation is what the manifests of a shelf are written from.
func (sh *shelf) presentation() manifest.Presentation {
	var p manifest.Presentation
	for _, r := range sh.renditions {
		if r.Track == nil {
			continue
		}
		switch r.Kind {
		case kindVideo:
			p.Video = append(p.Video, manifest.Rendition{ID: r.Name, Track: r.Track})
		case kindAudio:
			p.Audio = append(p.Audio, manifest.Sound{Rendition: manifest.Rendition{ID: r.Name, Track: r.Track}, Name: "Original"})
		}
	}
	for _, s := range sh.subtitles {
		p.Text = append(p.Text, manifest.Text{ID: s.Lang, Lang: s.Lang, Name: s.Label})
	}
	return p
}

// textPrefix begins the names of subtitle playlists, so that a language and a
// quality can never be confused.
const textPrefix = "subs-"

// address writes addresses relative to the manifest, so that they keep its token.
func (sh *shelf) address(dst []byte, f manifest.File, name string) []byte {
	if sub := sh.subtitle(name); sub != nil {
		if f == manifest.Playlist {
			return append(append(append(dst, textPrefix...), name...), ".m3u8"...)
		}
		return append(dst, sub.file...)
	}
	if f == manifest.Playlist {
		return append(append(dst, name...), ".m3u8"...)
	}
	return append(dst, sh.paths[name]...)
}

func (sh *shelf) subtitle(lang string) *shelfSubtitle {
	for i := range sh.subtitles {
		if sh.subtitles[i].Lang == lang {
			return &sh.subtitles[i]
		}
	}
	return nil
}

// offered is the presentation with the pictures a display is worth sending.
func (sh *shelf) offered(d display.Display) *manifest.Presentation {
	p := sh.present
	p.Video = display.Choose(d, p.Video, func(r manifest.Rendition) *cmaf.Track { return r.Track })
	return &p
}

// manifest writes one of the manifests of an asset; untilMS 0 is all of it.
func (sh *shelf) manifest(file string, untilMS int64) ([]byte, error) {
	if !sh.state.Watchable() {
		return nil, errNotPlayable
	}
	until := time.Duration(untilMS) * time.Millisecond
	o := manifest.Options{Until: until}
	if d, ok := display.In(file, masterPlaylist); ok {
		return manifest.AppendMaster(make([]byte, 0, 4<<10), sh.offered(d), sh.address), nil
	}
	if d, ok := display.In(file, dashManifest); ok {
		return manifest.AppendMPD(make([]byte, 0, 4<<10), sh.offered(d), sh.address, o), nil
	}
	name, ok := strings.CutSuffix(file, ".m3u8")
	if !ok {
		return nil, errFileNotFound
	}
	if lang, ok := strings.CutPrefix(name, textPrefix); ok && sh.subtitle(lang) != nil {
		length := time.Duration(sh.durationMS) * time.Millisecond
		return manifest.AppendTextPlaylist(make([]byte, 0, 1<<10), lang, length, sh.address, o), nil
	}
	for i := range sh.renditions {
		if r := &sh.renditions[i]; r.Name == name && r.Track != nil {
			size := 512 + 96*len(r.Track.Segments)
			return manifest.AppendMedia(make([]byte, 0, size), manifest.Rendition{ID: name, Track: r.Track}, sh.address, o), nil
		}
	}
	return nil, errFileNotFound
}

// firstBytes is how much of the file holds its head and first segment.
func (r *Rendition) firstBytes() int64 {
	_, end := r.Track.Until(time.Nanosecond)
	return end
}

// bytesUntil is how much of the file a preview of that length may read.
func (r *Rendition) bytesUntil(ms int64) int64 {
	_, end := r.Track.Until(time.Duration(ms) * time.Millisecond)
	return end
}
