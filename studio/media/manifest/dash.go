package manifest

import (
	"time"
	"unicode/utf8"

	"cliffhanger/studio/media/cmaf"
)

// AppendMPD appends the DASH manifest. A preview ends the presentation at
// Options.Until; the files' own ends are the byte server's to keep.
func AppendMPD(dst []byte, p *Presentation, urls URLs, o Options) []byte {
	length, lead := p.length(o.Until), time.Duration(0)
	if p.Before != nil {
		lead = p.Before.pictures()
	}
	dst = append(dst, `<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" type="static" minBufferTime="PT2S" mediaPresentationDuration="PT`...)
	dst = append(appendSeconds(dst, (lead+length).Microseconds()), "S\">\n"...)
	if p.Before != nil {
		dst = append(dst, "<Period id=\"before\" start=\"PT0S\" duration=\"PT"...)
		dst = append(appendSeconds(dst, lead.Microseconds()), "S\">\n"...)
		dst = appendSets(dst, &Presentation{Video: p.Before.Video, Audio: p.Before.Audio}, urls, "")
		dst = append(dst, "</Period>\n<Period id=\"0\" start=\"PT"...)
		dst = append(appendSeconds(dst, lead.Microseconds()), "S\">\n"...)
	} else {
		dst = append(dst, "<Period id=\"0\" start=\"PT0S\">\n"...)
	}
	dst = appendSets(dst, p, urls, o.Protection)
	return append(dst, "</Period>\n</MPD>\n"...)
}

// appendSets writes the adaptation sets of one period.
func appendSets(dst []byte, p *Presentation, urls URLs, protection string) []byte {
	set := 0
	open := func(kind, mime string) {
		set++
		dst = append(append(append(appendInt(append(dst, `<AdaptationSet id="`...), set), `" contentType="`...), kind...), `" mimeType="`...)
		dst = append(append(dst, mime...), '"')
	}
	const aligned = ` subsegmentAlignment="true" subsegmentStartsWithSAP="1"`
	var buf [maxRungs]int
	last := -1
	for _, i := range order(p.Video, &buf) {
		r := p.Video[i]
		if f := family(r.Track); f != last {
			if last >= 0 {
				dst = append(dst, "</AdaptationSet>\n"...)
			}
			last = f
			open("video", "video/mp4")
			dst = append(dst, aligned+">\n"...)
			dst = append(dst, protection...)
			dst = append(dst, transfer(r.Track.Range)...)
		}
		dst = appendRepresentation(dst, r, urls)
	}
	if last >= 0 {
		dst = append(dst, "</AdaptationSet>\n"...)
	}
	for i, a := range p.Audio {
		open("audio", "audio/mp4")
		dst = append(appendLang(dst, a.Lang), aligned+">\n"...)
		dst = append(dst, protection...)
		role := "alternate"
		if i == 0 {
			role = "main"
		}
		dst = appendRole(dst, role, a.Name)
		dst = appendRepresentation(dst, a.Rendition, urls)
		dst = append(dst, "</AdaptationSet>\n"...)
	}
	for _, t := range p.Text {
		open("text", "text/vtt")
		dst = append(appendLang(dst, t.Lang), ">\n"...)
		role := "subtitle"
		switch {
		case t.Forced:
			role = "forced-subtitle"
		case t.Caption:
			role = "caption"
		}
		dst = appendRole(dst, role, t.Name)
		dst = append(appendXML(append(dst, `<Representation id="`...), t.ID), "\" bandwidth=\"1000\">\n"...)
		dst = appendBaseURL(dst, t.ID, urls)
		dst = append(dst, "</Representation>\n</AdaptationSet>\n"...)
	}
	return dst
}

// pictures is how long the longest pictures last.
func (p *Presentation) pictures() (d time.Duration) {
	for _, v := range p.Video {
		d = max(d, v.Track.Length())
	}
	return d
}

// length is how long the presentation plays: to the end of its longest rendition,
// and to the next millisecond, because the end is seldom a round number. A player
// that is told of less, or of just as much, gives up while the video element is
// about to come to its end.
func (p *Presentation) length(until time.Duration) time.Duration {
	d := p.pictures()
	for _, a := range p.Audio {
		d = max(d, a.Track.Length())
	}
	d = d.Truncate(time.Millisecond) + time.Millisecond
	if until > 0 {
		d = min(d, until)
	}
	return d
}

func appendRepresentation(dst []byte, r Rendition, urls URLs) []byte {
	t := r.Track
	dst = append(dst, `<Representation id="`...)
	dst = appendXML(dst, r.ID)
	dst = append(dst, `" codecs="`...)
	dst = append(dst, t.Codec...)
	dst = append(dst, `" bandwidth="`...)
	dst = append(appendInt(dst, max(t.Peak, 1)), '"')
	if t.Kind == cmaf.Video {
		dst = append(appendInt(append(dst, ` width="`...), t.W), '"')
		dst = append(appendInt(append(dst, ` height="`...), t.H), `" sar="1:1"`...)
		if t.FrameDen > 0 {
			dst = appendInt(append(dst, ` frameRate="`...), t.FrameNum)
			if t.FrameDen > 1 {
				dst = appendInt(append(dst, '/'), t.FrameDen)
			}
			dst = append(dst, '"')
		}
		dst = append(dst, ">\n"...)
	} else {
		dst = append(appendInt(append(dst, ` audioSamplingRate="`...), t.Rate), "\">\n"...)
		dst = append(dst, `<AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="`...)
		dst = append(appendInt(dst, t.Channels), "\"/>\n"...)
	}
	dst = appendBaseURL(dst, r.ID, urls)
	dst = append(dst, `<SegmentBase timescale="`...)
	dst = appendInt(dst, t.Timescale)
	dst = append(dst, `" indexRange="`...)
	dst = appendRange(dst, t.Index)
	dst = append(dst, `"><Initialization range="`...)
	dst = appendRange(dst, t.Init)
	return append(dst, "\"/></SegmentBase>\n</Representation>\n"...)
}

// appendRange writes first-last, both included, as DASH has it.
func appendRange(dst []byte, b cmaf.Bytes) []byte {
	return appendInt(append(appendInt(dst, b.At), '-'), b.End()-1)
}

func appendBaseURL(dst []byte, id string, urls URLs) []byte {
	dst = append(dst, "<BaseURL>"...)
	from := len(dst)
	dst = urls(dst, Media, id)
	for _, c := range dst[from:] {
		if c == '&' || c == '<' || c == '>' { // rare: a query with more than one value
			url := string(dst[from:])
			dst = appendXML(dst[:from], url)
			break
		}
	}
	return append(dst, "</BaseURL>\n"...)
}

func appendLang(dst []byte, lang string) []byte {
	if lang == "" {
		return dst
	}
	return append(appendXML(append(dst, ` lang="`...), lang), '"')
}

// appendRole writes the label first, as the schema orders them.
func appendRole(dst []byte, role, label string) []byte {
	if label != "" {
		dst = append(appendXML(append(dst, "<Label>"...), label), "</Label>\n"...)
	}
	dst = append(append(dst, `<Role schemeIdUri="urn:mpeg:dash:role:2011" value="`...), role...)
	return append(dst, "\"/>\n"...)
}

// transfer says that a set needs a player for HDR (ISO/IEC 23091-2 values).
func transfer(r cmaf.Range) string {
	const hdr = `<EssentialProperty schemeIdUri="urn:mpeg:mpegB:cicp:ColourPrimaries" value="9"/>
<EssentialProperty schemeIdUri="urn:mpeg:mpegB:cicp:MatrixCoefficients" value="9"/>
<EssentialProperty schemeIdUri="urn:mpeg:mpegB:cicp:TransferCharacteristics" value="`
	switch r {
	case cmaf.PQ:
		return hdr + "16\"/>\n"
	case cmaf.HLG:
		return hdr + "18\"/>\n"
	}
	return ""
}

// appendXML escapes text for an element or a double-quoted attribute, and drops
// the characters XML cannot hold.
func appendXML(dst []byte, s string) []byte {
	for _, c := range s {
		switch {
		case c == '&':
			dst = append(dst, "&amp;"...)
		case c == '<':
			dst = append(dst, "&lt;"...)
		case c == '>':
			dst = append(dst, "&gt;"...)
		case c == '"':
			dst = append(dst, "&quot;"...)
		case c < ' ' && c != '\t' && c != '\n', c == 0xFFFE, c == 0xFFFF:
		default:
			dst = utf8.AppendRune(dst, c)
		}
	}
	return dst
}
