package catalogue

import (
	"slices"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/catalogue/poster"
	"cliffhanger/studio/catalogue/words"
)

// Card is a drama as lists show it, in one reader's language.
type Card struct {
	ID            id.Drama  `json:"id"`
	Title         string    `json:"title"`
	Synopsis      string    `json:"synopsis"`
	Poster        *Picture  `json:"poster"`
	Landscape     *Picture  `json:"landscape"`
	Genres        []Label   `json:"genres"`
	Tags          []string  `json:"tags"`
	Audience      string    `json:"audience" enum:"all,female,male"`
	Year          int       `json:"year"`
	EpisodeCount  int       `json:"episode_count"`
	ReleasedCount int       `json:"released_count" doc:"episodes that can be watched now"`
	TotalMS       int64     `json:"total_ms" doc:"length of the episodes that can be watched now"`
	Rating        *float64  `json:"rating" doc:"1 to 10; null until enough viewers rated"`
	RatingCount   int       `json:"rating_count"`
	Credit        string    `json:"credit"`
	PublishedAt   time.Time `json:"published_at"`
}

// Picture is where an image is and what to show until it has come.
type Picture struct {
	URL    string `json:"url" doc:"add ?w=180, 360 or 720"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Colour string `json:"colour" doc:"#rrggbb"`
}

// Label is a genre with its name.
type Label struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

func pictureOf(i *poster.Image) *Picture {
	if i == nil {
		return nil
	}
	return &Picture{URL: PictureURL(i.Hash), Width: i.Width, Height: i.Height, Colour: i.Colour}
}

// PictureURL is where the picture with that hash is served.
func PictureURL(hash string) string { return "/img/" + hash + ".jpg" }

// listing is a published drama as this node keeps it in memory: everything a
// card needs in any language at any moment.
type listing struct {
	Drama
	episodes int        // all of them
	playable []playable // ordered by number
	first    *Episode   // the first playable one, without its subtitles; nil: none
	rating   Rating
}

type playable struct {
	at        int64                // release at home, in microseconds
	ms        int64                // length
	elsewhere map[string]time.Time // as an episode's
}

func (p playable) releaseIn(market string) int64 {
	if at, ok := p.elsewhere[market]; ok {
		return at.UnixMicro()
	}
	return p.at
}

// reader is for whom something is shown, and when.
type reader struct {
	locale, market string
	now            time.Time
	minor          string // the age band the reader is held to; "": none
	finds          func(id.Drama) bool
}

func (s *Service) reader(by actor.Actor, locale string) reader {
	return reader{locale, by.Market, s.Clock.Now(), by.Minor, func(d id.Drama) bool { return s.Audience.MayFind(by, d) }}
}

// isOut reports whether there is an episode the reader may find and watch now.
func (l *listing) isOut(to reader) bool {
	now := to.now.UnixMicro()
	return to.finds(l.ID) && slices.ContainsFunc(l.playable, func(p playable) bool { return p.releaseIn(to.market) <= now })
}

func (l *listing) card(genres words.Genres, to reader) Card {
	locale, now := to.locale, to.now.UnixMicro()
	c := Card{
		ID: l.ID, Title: l.Title.In(locale, l.OriginalLanguage), Synopsis: l.Synopsis.In(locale, l.OriginalLanguage),
		Poster: pictureOf(l.Portrait.In(locale, l.OriginalLanguage)), Landscape: pictureOf(l.Landscape.In(locale, l.OriginalLanguage)), Genres: make([]Label, len(l.Genres)),
		Tags: l.Tags, Audience: l.Audience, Year: l.Year, EpisodeCount: l.episodes,
		Rating: l.rating.Mean, RatingCount: l.rating.Count, Credit: l.Credit, PublishedAt: l.PublishedAt,
	}
	for i, g := range l.Genres {
		c.Genres[i] = Label{Slug: g, Name: genres.Name(g, locale)}
	}
	for _, p := range l.playable {
		if p.releaseIn(to.market) <= now {
			c.ReleasedCount++
			c.TotalMS += p.ms
		}
	}
	return c
}

// EpisodeRef is an episode as viewers see it. Of one that cannot be watched yet
// only the number and, if known, the time are told.
type EpisodeRef struct {
	ID         id.Episode `json:"id"`
	Number     int        `json:"number"`
	Title      string     `json:"title"`
	DurationMS int64      `json:"duration_ms"`
	Width      int        `json:"width"`
	Height     int        `json:"height"`
	Released   bool       `json:"released" doc:"can be watched now"`
	ReleasedAt *time.Time `json:"released_at" doc:"planned, if it lies in the future; null: not known"`
}

func (e Episode) ref(original string, to reader) EpisodeRef {
	r := EpisodeRef{ID: e.ID, Number: e.Number}
	if at := e.ReleaseIn(to.market); !at.IsZero() && (e.Video.Shown() || at.After(to.now)) {
		r.ReleasedAt = &at
	}
	if e.WatchableAt(to.now, to.market) {
		r.Released = true
		r.Title = e.Title.In(to.locale, original)
		r.DurationMS, r.Width, r.Height = e.Video.DurationMS, e.Video.Width, e.Video.Height
	}
	return r
}
