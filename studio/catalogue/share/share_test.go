package share_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"cliffhanger/studio/catalogue/share"
)

const shell = "<!doctype html><html><head><title>App</title><script type=\"module\" src=\"/assets/a.js\"></script></head><body></body></html>"

const hostile = `"><script>alert('x')</script><!--</title></script>&` + "\u2028"

func page() share.Page {
	rating := 8.5
	return share.Page{
		URL: "https://tv.example/d/drm_1/2", Locale: "zh-CN", Site: "Cliffhanger", Title: hostile, Synopsis: "Line\none " + hostile,
		Image: "https://tv.example/img/a.jpg", Genres: []string{hostile}, Cast: []string{hostile}, Year: 2026, Episodes: 3, Rating: &rating, Ratings: 20,
		Episode: &share.Episode{DramaURL: "https://tv.example/d/drm_1", Number: 2, Title: hostile, Length: 95 * time.Second, Released: time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)},
	}
}

func TestHostileWordsStayWords(t *testing.T) {
	t.Parallel()
	html, data := page().Into([]byte(shell))
	if n := bytes.Count(html, []byte("<script")); n != 2 {
		t.Errorf("%d scripts:\n%s", n, html)
	}
	if bytes.Contains(html, []byte("<!--")) || bytes.Count(html, []byte("</title>")) != 1 || bytes.Contains(html, []byte("<title>App")) {
		t.Errorf("broke out:\n%s", html)
	}
	if bytes.ContainsAny(data, "<>\u2028") || !bytes.Contains(html, append([]byte(`<script type="application/ld+json">`), data...)) {
		t.Errorf("data: %s", data)
	}
}

func TestSearchEnginesReadWhatIsThere(t *testing.T) {
	t.Parallel()
	p := page()
	p.Title, p.Episode.Title = "雨夜归来", "真相"
	html, data := p.Into([]byte(shell))
	var ld struct {
		Context string `json:"@context"`
		Type    string `json:"@type"`
		Number  int    `json:"episodeNumber"`
		Name    string `json:"name"`
		Series  struct {
			Type   string `json:"@type"`
			Name   string `json:"name"`
			URL    string `json:"url"`
			Rating struct {
				Value float64 `json:"ratingValue"`
			} `json:"aggregateRating"`
		} `json:"partOfSeries"`
		Video struct {
			Type     string `json:"@type"`
			Duration string `json:"duration"`
			Date     string `json:"uploadDate"`
			Image    string `json:"thumbnailUrl"`
		} `json:"video"`
	}
	if err := json.Unmarshal(data, &ld); err != nil {
		t.Fatal(err)
	}
	if ld.Context != "https://schema.org" || ld.Type != "TVEpisode" || ld.Number != 2 || ld.Name != "真相" || ld.Series.Type != "TVSeries" ||
		ld.Series.URL != "https://tv.example/d/drm_1" || ld.Series.Rating.Value != 8.5 || ld.Video.Type != "VideoObject" ||
		ld.Video.Duration != "PT1M35S" || ld.Video.Date != "2026-11-24T04:00:00Z" || ld.Video.Image == "" {
		t.Errorf("%s", data)
	}
	for _, want := range []string{
		`<meta property="og:title" content="雨夜归来 · 2 真相">`, `<meta property="og:type" content="video.episode">`, `<meta property="og:locale" content="zh_CN">`,
		`<meta property="og:image" content="https://tv.example/img/a.jpg">`, `<link rel="canonical" href="https://tv.example/d/drm_1/2">`, `<title>雨夜归来 · 2 真相 · Cliffhanger</title>`,
	} {
		if !strings.Contains(string(html), want) {
			t.Errorf("%s is not in\n%s", want, html)
		}
	}
}

func TestAShellWithoutAHeadComesBack(t *testing.T) {
	t.Parallel()
	if html, data := page().Into([]byte("make web")); string(html) != "make web" || data != nil {
		t.Errorf("%s %s", html, data)
	}
}
