package manifest

import (
	"strconv"
	"time"

	"cliffhanger/studio/media/cmaf"
)

const hlsHead = "#EXTM3U\n#EXT-X-VERSION:7\n"

// AppendMaster appends the HLS multivariant playlist.
func AppendMaster(dst []byte, p *Presentation, urls URLs) []byte {
	dst = append(dst, hlsHead...)
	dst = append(dst, "#EXT-X-INDEPENDENT-SEGMENTS\n"...)
	for i := range p.Audio {
		dst = appendSound(dst, &p.Audio[i], i == 0, urls)
	}
	for i := range p.Text {
		dst = appendText(dst, &p.Text[i], urls)
	}
	var buf [maxRungs]int
	average, peak, codec := loudest(p.Audio)
	for _, i := range order(p.Video, &buf) {
		t := p.Video[i].Track
		dst = append(dst, "#EXT-X-STREAM-INF:BANDWIDTH="...)
		dst = appendInt(dst, t.Peak+peak)
		dst = append(dst, ",AVERAGE-BANDWIDTH="...)
		dst = appendInt(dst, t.Average+average)
		dst = append(dst, ",CODECS=\""...)
		dst = append(dst, t.Codec...)
		if codec != "" {
			dst = append(append(dst, ','), codec...)
		}
		dst = append(dst, "\",RESOLUTION="...)
		dst = appendInt(dst, t.W)
		dst = append(dst, 'x')
		dst = appendInt(dst, t.H)
		if fps := t.FPS(); fps > 0 {
			dst = append(dst, ",FRAME-RATE="...)
			dst = strconv.AppendFloat(dst, fps, 'f', 3, 64)
		}
		if t.Range != "" {
			dst = append(append(dst, ",VIDEO-RANGE="...), t.Range...)
		}
		if len(p.Audio) > 0 {
			dst = append(dst, ",AUDIO=\"audio\""...)
		}
		if len(p.Text) > 0 {
			dst = append(dst, ",SUBTITLES=\"text\""...)
		}
		dst = append(dst, '\n')
		dst = urls(dst, Playlist, p.Video[i].ID)
		dst = append(dst, '\n')
	}
	return dst
}

func appendSound(dst []byte, s *Sound, first bool, urls URLs) []byte {
	dst = append(dst, "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\""...)
	dst = appendQuoted(dst, "NAME", s.Name)
	if s.Lang != "" {
		dst = appendQuoted(dst, "LANGUAGE", s.Lang)
	}
	dst = append(append(dst, ",DEFAULT="...), yesNo(first)...)
	dst = append(dst, ",AUTOSELECT=YES"...)
	if s.Track.Channels > 0 {
		dst = append(dst, ",CHANNELS=\""...)
		dst = append(appendInt(dst, s.Track.Channels), '"')
	}
	dst = append(dst, ",URI=\""...)
	return append(urls(dst, Playlist, s.ID), "\"\n"...)
}

func appendText(dst []byte, t *Text, urls URLs) []byte {
	dst = append(dst, "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"text\""...)
	dst = appendQuoted(dst, "NAME", t.Name)
	dst = appendQuoted(dst, "LANGUAGE", t.Lang)
	dst = append(append(dst, ",DEFAULT="...), yesNo(t.Default)...)
	dst = append(dst, ",AUTOSELECT=YES"...)
	dst = append(append(dst, ",FORCED="...), yesNo(t.Forced)...)
	if t.Caption {
		dst = append(dst, ",CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound\""...)
	}
	dst = append(dst, ",URI=\""...)
	return append(urls(dst, Playlist, t.ID), "\"\n"...)
}

func yesNo(b bool) string {
	if b {
		return "YES"
	}
	return "NO"
}

// appendQuoted writes an attribute. HLS has no escapes: what may not stand in a
// quoted string is replaced.
func appendQuoted(dst []byte, key, value string) []byte {
	dst = append(append(append(dst, ','), key...), "=\""...)
	for i := range len(value) {
		switch c := value[i]; {
		case c == '"':
			dst = append(dst, '\'')
		case c < ' ' || c == 0x7f:
			dst = append(dst, ' ')
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

// AppendMedia appends the HLS media playlist of one rendition: every segment a
// byte range of one file. What is played before it ends with a discontinuity and
// has its own EXT-X-MAP.
func AppendMedia(dst []byte, r Rendition, urls URLs, o Options) []byte {
	n, _ := r.Track.Until(o.Until)
	longest := longestSegment(r.Track, n)
	if b := o.Before; b != nil {
		longest = max(longest, longestSegment(b.Track, len(b.Track.Segments)))
	}
	dst = appendListHead(dst, longest)
	dst = append(dst, "#EXT-X-INDEPENDENT-SEGMENTS\n"...)
	if b := o.Before; b != nil {
		dst = appendSegments(dst, *b, len(b.Track.Segments), urls)
		dst = append(dst, "#EXT-X-DISCONTINUITY\n"...)
	}
	for _, l := range o.Lines {
		dst = append(append(dst, l...), '\n')
	}
	dst = appendSegments(dst, r, n, urls)
	return append(dst, "#EXT-X-ENDLIST\n"...)
}

// longestSegment is that of the first n segments as they are listed, in
// microseconds.
func longestSegment(t *cmaf.Track, n int) int64 {
	segments, last := lastSegment(t.Segments[:n], t.Timescale)
	longest := last.Duration
	for _, s := range segments {
		longest = max(longest, s.Duration)
	}
	return micros(uint64(longest), t.Timescale)
}

// appendSegments writes the map of a file and its first n segments.
func appendSegments(dst []byte, r Rendition, n int, urls URLs) []byte {
	t := r.Track
	segments, last := lastSegment(t.Segments[:n], t.Timescale)
	dst = append(dst, "#EXT-X-MAP:URI=\""...)
	from := len(dst)
	dst = urls(dst, Media, r.ID)
	length := len(dst) - from
	dst = append(dst, "\",BYTERANGE=\""...)
	dst = appendInt(dst, t.Init.Len)
	dst = append(dst, '@')
	dst = appendInt(dst, t.Init.At)
	dst = append(dst, "\"\n"...)

	// Lengths are differences of rounded times, so that rounding never adds up.
	var units uint64
	var begin int64
	for i := range len(segments) + min(n, 1) {
		s := last
		if i < len(segments) {
			s = segments[i]
		}
		units += uint64(s.Duration)
		end := micros(units, t.Timescale)
		dst = append(dst, "#EXTINF:"...)
		dst = appendSeconds(dst, end-begin)
		dst = append(dst, ",\n#EXT-X-BYTERANGE:"...)
		dst = appendInt(dst, s.Len)
		dst = append(dst, '@')
		dst = appendInt(dst, s.At)
		dst = append(dst, '\n')
		dst = append(dst, dst[from:from+length]...)
		dst = append(dst, '\n')
		begin = end
	}
	return dst
}

// lastSegment sets the last segment of a list apart. A rest of less than a tenth
// of a second, such as a single frame of sound, is joined to the segment before
// it: hls.js (1.7.4) takes so short a segment for a gap and never ends.
func lastSegment(all []cmaf.Segment, timescale uint32) (before []cmaf.Segment, last cmaf.Segment) {
	n := len(all)
	if n == 0 {
		return nil, cmaf.Segment{}
	}
	before, last = all[:n-1], all[n-1]
	if n > 1 && last.Duration < timescale/10 {
		joined := all[n-2]
		joined.Len, joined.Duration = joined.Len+last.Len, joined.Duration+last.Duration
		return all[:n-2], joined
	}
	return before, last
}

// AppendTextPlaylist appends the HLS media playlist of a WebVTT file: one
// segment as long as the title. Options.Before is then an empty file, and the
// track it is as long as.
func AppendTextPlaylist(dst []byte, id string, length time.Duration, urls URLs, o Options) []byte {
	if o.Until > 0 {
		length = min(length, o.Until)
	}
	if b := o.Before; b != nil {
		lead := b.Track.Length()
		dst = appendListHead(dst, max(lead, length).Microseconds())
		dst = append(appendWhole(dst, b.ID, lead, urls), "#EXT-X-DISCONTINUITY\n"...)
	} else {
		dst = appendListHead(dst, length.Microseconds())
	}
	return append(appendWhole(dst, id, length, urls), "#EXT-X-ENDLIST\n"...)
}

// appendWhole writes a segment that is a whole file.
func appendWhole(dst []byte, id string, length time.Duration, urls URLs) []byte {
	dst = append(dst, "#EXTINF:"...)
	dst = appendSeconds(dst, length.Microseconds())
	dst = append(dst, ",\n"...)
	return append(urls(dst, Media, id), '\n')
}

func appendListHead(dst []byte, longest int64) []byte {
	dst = append(dst, hlsHead...)
	dst = append(dst, "#EXT-X-TARGETDURATION:"...)
	dst = appendInt(dst, (longest+999_999)/1_000_000)
	return append(dst, "\n#EXT-X-PLAYLIST-TYPE:VOD\n"...)
}
