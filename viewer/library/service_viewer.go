package library

import (
	"context"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

// change is one mark a profile sets or takes away.
type change struct {
	mark    func(ctx context.Context, tx *db.Tx) (changed bool, err error)
	subject string
	kind    kind
	n       int64 // +1 or -1; 0 leaves the tally alone
	fact    bus.Fact
}

// apply makes a change; if it changes nothing, nothing is counted or announced.
func (s *Service) apply(ctx context.Context, c change) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		changed, err := c.mark(ctx, tx)
		if err != nil || !changed {
			return err
		}
		if c.n != 0 {
			if err := insertChange(ctx, tx, tally{c.subject, c.kind, c.n, 0}); err != nil {
				return err
			}
		}
		if c.fact == nil {
			return nil
		}
		return s.bus.Announce(ctx, tx, c.fact)
	})
}

// Follow makes the profile hear of the drama's next episodes. It answers how
// many follow the drama.
func (s *Service) Follow(ctx context.Context, by actor.Actor, drama id.Drama) (int64, error) {
	who, err := viewer(by)
	if err == nil {
		err = s.published(ctx, drama)
	}
	if err != nil {
		return 0, err
	}
	now := s.clock.Now()
	err = s.apply(ctx, change{
		mark:    func(ctx context.Context, tx *db.Tx) (bool, error) { return insertFollow(ctx, tx, who, drama, now) },
		subject: string(drama), kind: follows, n: 1,
		fact: event.DramaFollowed{Account: who.account, Profile: who.profile, Drama: drama},
	})
	return s.countAfter(ctx, err, follows, string(drama))
}

// Unfollow takes a follow back. It answers how many follow the drama.
func (s *Service) Unfollow(ctx context.Context, by actor.Actor, drama id.Drama) (int64, error) {
	who, err := viewer(by)
	if err != nil {
		return 0, err
	}
	err = s.apply(ctx, change{
		mark:    func(ctx context.Context, tx *db.Tx) (bool, error) { return deleteFollow(ctx, tx, who, drama) },
		subject: string(drama), kind: follows, n: -1,
		fact: event.DramaUnfollowed{Account: who.account, Profile: who.profile, Drama: drama},
	})
	return s.countAfter(ctx, err, follows, string(drama))
}

// Like says that the profile likes an episode. It answers how many do.
func (s *Service) Like(ctx context.Context, by actor.Actor, episode id.Episode) (int64, error) {
	who, err := viewer(by)
	if err != nil {
		return 0, err
	}
	drama, err := s.dramas.DramaOf(ctx, by, episode)
	if err != nil {
		return 0, err
	}
	if drama == "" {
		return 0, errEpisode
	}
	now := s.clock.Now()
	err = s.apply(ctx, change{
		mark: func(ctx context.Context, tx *db.Tx) (bool, error) {
			return insertLike(ctx, tx, who, drama, episode, now)
		},
		subject: string(episode), kind: likes, n: 1,
		fact: event.EpisodeLiked{Account: who.account, Profile: who.profile, Drama: drama, Episode: episode},
	})
	return s.countAfter(ctx, err, likes, string(episode))
}

// Unlike takes a like back. It answers how many like the episode.
func (s *Service) Unlike(ctx context.Context, by actor.Actor, episode id.Episode) (int64, error) {
	who, err := viewer(by)
	if err != nil {
		return 0, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		drama, err := deleteLike(ctx, tx, who, episode)
		if err != nil || drama == "" {
			return err
		}
		if err := insertChange(ctx, tx, tally{string(episode), likes, -1, 0}); err != nil {
			return err
		}
		return s.bus.Announce(ctx, tx, event.EpisodeUnliked{Account: who.account, Profile: who.profile, Drama: drama, Episode: episode})
	})
	return s.countAfter(ctx, err, likes, string(episode))
}

// Hide keeps a drama out of the profile's feed. It answers how many the profile
// hides.
func (s *Service) Hide(ctx context.Context, by actor.Actor, drama id.Drama) (int64, error) {
	who, err := viewer(by)
	if err == nil {
		err = s.published(ctx, drama)
	}
	if err != nil {
		return 0, err
	}
	now := s.clock.Now()
	err = s.apply(ctx, change{
		mark: func(ctx context.Context, tx *db.Tx) (bool, error) { return insertHidden(ctx, tx, who, drama, now) },
	})
	if err != nil {
		return 0, err
	}
	return hiddenCount(ctx, s.db, who)
}

// Unhide lets a drama into the feed again. It answers how many the profile hides.
func (s *Service) Unhide(ctx context.Context, by actor.Actor, drama id.Drama) (int64, error) {
	who, err := viewer(by)
	if err != nil {
		return 0, err
	}
	err = s.apply(ctx, change{
		mark: func(ctx context.Context, tx *db.Tx) (bool, error) { return deleteHidden(ctx, tx, who, drama) },
	})
	if err != nil {
		return 0, err
	}
	return hiddenCount(ctx, s.db, who)
}

// Rate gives a drama 1 to 10 points, instead of what the profile gave before.
// A profile that finished fewer than EpisodesToRate episodes has to wait.
func (s *Service) Rate(ctx context.Context, by actor.Actor, drama id.Drama, score int) (Rating, error) {
	who, err := viewer(by)
	if err == nil {
		err = checkScore(score)
	}
	if err == nil {
		err = s.published(ctx, drama)
	}
	if err != nil {
		return Rating{}, err
	}
	may, err := s.CanRate(ctx, by, drama)
	if err != nil {
		return Rating{}, err
	}
	if !may {
		return Rating{}, errTooSoon
	}
	return s.rate(ctx, who, drama, score)
}

// Unrate takes a rating back.
func (s *Service) Unrate(ctx context.Context, by actor.Actor, drama id.Drama) (Rating, error) {
	who, err := viewer(by)
	if err != nil {
		return Rating{}, err
	}
	return s.rate(ctx, who, drama, 0)
}

// CanRate reports whether by has seen enough of the drama for a rating.
func (s *Service) CanRate(ctx context.Context, by actor.Actor, drama id.Drama) (bool, error) {
	who, err := viewer(by)
	if err != nil {
		return false, err
	}
	n, err := s.finished.Count(ctx, who.account, who.profile, drama)
	return n >= EpisodesToRate, err
}

// rate replaces the profile's rating by score; 0 is none.
func (s *Service) rate(ctx context.Context, who owner, drama id.Drama, score int) (Rating, error) {
	now := s.clock.Now()
	err := s.db.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		before, err := ratingOf(ctx, tx, who, drama)
		if err != nil || before == score {
			return err
		}
		if err := setRating(ctx, tx, who, drama, score, now); err != nil {
			return err
		}
		difference := tally{string(drama), ratings, given(score) - given(before), int64(score - before)}
		if err := insertChange(ctx, tx, difference); err != nil {
			return err
		}
		return s.bus.Announce(ctx, tx, event.DramaRated{Account: who.account, Profile: who.profile, Drama: drama, Score: score})
	})
	if err != nil {
		return Rating{}, err
	}
	all, err := s.Ratings(ctx, []id.Drama{drama})
	return all[drama], err
}

// given counts a rating, if there is one.
func given(score int) int64 {
	if score == 0 {
		return 0
	}
	return 1
}

func (s *Service) countAfter(ctx context.Context, err error, k kind, subject string) (int64, error) {
	if err != nil {
		return 0, err
	}
	rows, err := tallies(ctx, s.db, []string{subject})
	for _, t := range rows {
		if t.kind == k {
			return t.n, err
		}
	}
	return 0, err
}
