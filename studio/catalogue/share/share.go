package share

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"
	"time"
)

// Page is what a shared address tells.
type Page struct {
	URL      string // absolute
	Locale   string // of the words: zh-CN
	Site     string // name of the platform
	Title    string // of the drama
	Synopsis string
	Image    string // absolute; empty: none
	Genres   []string
	Cast     []string
	Director []string
	Year     int
	Episodes int
	Rating   *float64 // 1 to 10
	Ratings  int
	Episode  *Episode // nil: the address is the drama's
}

// Episode is one part of the drama.
type Episode struct {
	DramaURL string // absolute
	Number   int
	Title    string // may be empty
	Length   time.Duration
	Released time.Time
}

var (
	title = regexp.MustCompile(`(?is)<title>.*?</title>`)
	head  = regexp.MustCompile(`(?i)</head>`)
)

// Into puts the page's data into the head of an HTML shell. ld is the text of
// the data script, for the hash a content policy asks for; it is nil when the
// shell has no head, and then the shell comes back as it is.
func (p Page) Into(shell []byte) (page, ld []byte) {
	end := head.FindIndex(shell)
	if end == nil {
		return shell, nil
	}
	ld = p.linkedData()
	before := title.ReplaceAllLiteral(shell[:end[0]], nil)
	var b bytes.Buffer
	b.Write(before)
	b.WriteString(p.meta())
	b.WriteString(`<script type="application/ld+json">`)
	b.Write(ld)
	b.WriteString("</script>\n")
	b.Write(shell[end[0]:])
	return b.Bytes(), ld
}

func (p Page) heading() string {
	if p.Episode == nil {
		return p.Title
	}
	h := fmt.Sprintf("%s · %d", p.Title, p.Episode.Number)
	if p.Episode.Title != "" {
		h += " " + p.Episode.Title
	}
	return h
}

func (p Page) meta() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<title>%s · %s</title>\n", html.EscapeString(p.heading()), html.EscapeString(p.Site))
	tag := func(attribute, name, content string) {
		if content != "" {
			fmt.Fprintf(&b, "<meta %s=\"%s\" content=\"%s\">\n", attribute, name, html.EscapeString(content))
		}
	}
	description := oneLine(p.Synopsis)
	tag("name", "description", description)
	kind := "video.tv_show"
	if p.Episode != nil {
		kind = "video.episode"
	}
	tag("property", "og:type", kind)
	tag("property", "og:site_name", p.Site)
	tag("property", "og:locale", strings.ReplaceAll(p.Locale, "-", "_"))
	tag("property", "og:title", p.heading())
	tag("property", "og:description", description)
	tag("property", "og:url", p.URL)
	tag("property", "og:image", p.Image)
	if p.Episode != nil {
		tag("property", "video:series", p.Episode.DramaURL)
	}
	card := "summary"
	if p.Image != "" {
		card = "summary_large_image"
	}
	tag("name", "twitter:card", card)
	fmt.Fprintf(&b, "<link rel=\"canonical\" href=\"%s\">\n", html.EscapeString(p.URL))
	return b.String()
}

// longestDescription is in characters; readers of such tags cut earlier still.
const longestDescription = 300

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > longestDescription {
		return string(r[:longestDescription-1]) + "…"
	}
	return s
}

// linkedData is the page as schema.org JSON-LD. encoding/json writes <, > and &
// as \u escapes, so that nothing in it can end the script element.
func (p Page) linkedData() []byte {
	series := object{
		"@type": "TVSeries", "name": p.Title, "url": p.URL, "inLanguage": p.Locale,
		"description": oneLine(p.Synopsis), "image": p.Image, "genre": p.Genres, "numberOfEpisodes": p.Episodes,
		"actor": people(p.Cast), "director": people(p.Director),
	}
	if p.Year > 0 {
		series["datePublished"] = fmt.Sprint(p.Year)
	}
	if p.Rating != nil {
		series["aggregateRating"] = object{"@type": "AggregateRating", "ratingValue": *p.Rating, "ratingCount": p.Ratings, "bestRating": 10, "worstRating": 1}
	}
	top := series
	if e := p.Episode; e != nil {
		series["url"] = e.DramaURL
		name := e.Title
		if name == "" {
			name = p.heading()
		}
		video := object{
			"@type": "VideoObject", "name": p.heading(), "description": oneLine(p.Synopsis), "thumbnailUrl": p.Image,
			"uploadDate": e.Released.UTC().Format(time.RFC3339), "duration": isoDuration(e.Length), "url": p.URL,
		}
		top = object{
			"@type": "TVEpisode", "name": name, "episodeNumber": e.Number, "url": p.URL, "inLanguage": p.Locale,
			"partOfSeries": series.clean(), "video": video.clean(),
		}
	}
	top["@context"] = "https://schema.org"
	out, err := json.Marshal(top.clean())
	if err != nil {
		panic("share: plain data: " + err.Error())
	}
	return out
}

type object map[string]any

// clean leaves out what is empty: absent says the same and is valid.
func (o object) clean() object {
	for k, v := range o {
		switch v := v.(type) {
		case string:
			if v == "" {
				delete(o, k)
			}
		case []string:
			if len(v) == 0 {
				delete(o, k)
			}
		case []object:
			if len(v) == 0 {
				delete(o, k)
			}
		}
	}
	return o
}

func people(names []string) []object {
	out := make([]object, len(names))
	for i, n := range names {
		out[i] = object{"@type": "Person", "name": n}
	}
	return out
}

// isoDuration writes a length as ISO 8601 does: PT1M35S.
func isoDuration(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("PT%dM%dS", s/60, s%60)
}
