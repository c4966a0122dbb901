package review

import (
	"context"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/trust/review/watch"
)

var (
	errEpisode = fault.New(fault.NotFound, "review.episode_unknown", "This version has no such episode.")
	errLinks   = fault.New(fault.Conflict, "review.links_needed", "Open the episode first: what is seen counts only while you have links to it.")
	errVideo   = fault.New(fault.Conflict, "review.video_unplayable", "The video of this episode cannot be played: quality control may stop it. Return the version, so that its producer replaces it.")
	errMarks   = fault.New(fault.Exhausted, "review.marks_many", "A version takes at most 1,000 marks. Return it; its producer has enough to do.")
)

// linked is how long what is heard of an episode still counts after its links ended:
// what was fetched plays on.
const linked = 2 * time.Minute

// Open gives links to an episode of a version to somebody who may see its review, and
// notes it for the public log.
func (s *Service) Open(ctx context.Context, by actor.Actor, which id.Case, number int) (Links, error) {
	c, who, err := s.actor(ctx, by, which)
	if err != nil {
		return Links{}, err
	}
	i := c.Material.index(number)
	if i < 0 {
		return Links{}, errEpisode
	}
	part := c.Material.Episodes[i]
	links, err := s.Works.Links(ctx, part.Asset)
	if err != nil {
		return Links{}, err
	}
	if links.HLS == "" {
		return Links{}, errVideo
	}
	return links, s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		seen, err := loadSight(ctx, tx, which, who.ID)
		if err != nil {
			return err
		}
		seen.Given[i] = links.ExpiresAt
		now := s.Clock.Now()
		if err := saveSight(ctx, tx, which, who.ID, seen, now); err != nil {
			return err
		}
		return s.Bus.Announce(ctx, tx, event.WorkViewed{By: event.By(by), Org: c.Material.Org, Drama: c.Material.Drama, Asset: part.Asset})
	})
}

// Sighted is how much of a version somebody has seen.
type Sighted struct {
	Share    int // thousandths
	Seen     watch.Seen
	material Material
}

// Beat takes in what a reviewer's player says: where it is, by this house's clock.
func (s *Service) Beat(ctx context.Context, by actor.Actor, which id.Case, sitting string, number int, position time.Duration) (Sighted, error) {
	c, who, err := s.actor(ctx, by, which)
	if err != nil {
		return Sighted{}, err
	}
	i := c.Material.index(number)
	if i < 0 {
		return Sighted{}, errEpisode
	}
	var out Sighted
	return out, s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		seen, err := loadSight(ctx, tx, which, who.ID)
		if err != nil {
			return err
		}
		now := s.Clock.Now()
		if until, ok := seen.Given[i]; !ok || now.After(until.Add(linked)) {
			return errLinks
		}
		lengths := c.Material.lengths()
		seen.Hear(watch.Beat{Sitting: sitting, Episode: i, Position: position, At: now}, lengths)
		out = Sighted{seen.Share(lengths), seen.Seen, c.Material}
		return saveSight(ctx, tx, which, who.ID, seen, now)
	})
}

// Note keeps what a reviewer found at a moment of an episode.
func (s *Service) Note(ctx context.Context, by actor.Actor, which id.Case, m Mark) (Mark, error) {
	c, err := s.visible(ctx, s.DB, by, which)
	if err != nil {
		return Mark{}, err
	}
	if !reviews(by) {
		return Mark{}, errRole
	}
	if err := m.check(c.Material); err != nil {
		return Mark{}, err
	}
	m.ID, m.By, m.MadeAt = id.New[id.Entry](), by.Staff, s.Clock.Now()
	return m, s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		marks, err := marksOf(ctx, tx, which)
		if err != nil {
			return err
		}
		if len(marks) >= mostMarks {
			return errMarks
		}
		if err := insertMark(ctx, tx, which, m); err != nil {
			return err
		}
		return s.Bus.Announce(ctx, tx, event.VersionMarked{Case: which, Drama: c.Material.Drama, Org: c.Material.Org, Version: c.Version,
			Episode: m.Episode, AtMS: m.At.Milliseconds(), Code: m.Code, Severity: string(m.Severity), By: event.By(by)})
	})
}
