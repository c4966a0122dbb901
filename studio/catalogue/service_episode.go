package catalogue

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/studio/catalogue/release"
	"cliffhanger/studio/catalogue/subtitle"
	"cliffhanger/studio/catalogue/words"
)

var (
	errNumberTaken = fault.New(fault.Conflict, "catalogue.number_taken", "The drama already has an episode with this number.").
			With(fault.Field{Path: "number", Code: "number_taken", Msg: "is taken"})
	errAsset = fault.New(fault.Invalid, "catalogue.asset_unknown", "There is no such video in this organisation.").
			With(fault.Field{Path: "asset_id", Code: "asset_unknown", Msg: "does not exist"})
	errLanguage = fault.New(fault.Invalid, "catalogue.language_unknown", "This is not a language tag such as zh-CN or en.")
	errNotLast  = fault.New(fault.Conflict, "catalogue.episode_not_last", "Only the last episode can be removed now: the others would leave a gap. Withdraw or reopen the drama first.")
)

// EpisodePatch says what to change of an episode; nil leaves it as it is.
type EpisodePatch struct {
	Number *int
	Title  *words.Text
	Asset  *id.Asset  // "" takes the video away
	OwnAt  *time.Time // release at home; zero: by the plan
	Once   httpx.Once
}

// AddEpisode appends an episode; without a number it becomes the last one.
func (s *Service) AddEpisode(ctx context.Context, by actor.Actor, drama id.Drama, version int64, p EpisodePatch) (Drama, Episode, error) {
	if made := p.Once.Made(); made != "" {
		e, err := s.ownEpisode(ctx, by, id.Episode(made))
		if err != nil {
			return Drama{}, e, err
		}
		d, err := s.Drama(ctx, by, e.Drama)
		return d, e, err
	}
	facts, err := s.ownedAsset(ctx, by, drama, p.Asset)
	if err != nil {
		return Drama{}, Episode{}, err
	}
	e := Episode{ID: id.At[id.Episode](s.Clock.Now()), Drama: drama}
	d, err := s.change(ctx, by, drama, version, func(ctx context.Context, tx *db.Tx, d *Drama) (bool, error) {
		e.Number, e.Title, e.Asset, e.OwnAt = 0, nil, "", time.Time{}
		if p.Number == nil {
			episodes, err := loadEpisodesOf(ctx, tx, d.ID)
			if err != nil {
				return false, err
			}
			e.Number = 1
			if n := len(episodes); n > 0 {
				e.Number = episodes[n-1].Number + 1
			}
		}
		if err := p.apply(&e); err != nil {
			return false, err
		}
		if err := s.checkOwn(ctx, tx, e, Episode{}); err != nil {
			return false, err
		}
		if err := insertEpisode(ctx, tx, e); err != nil {
			return false, err
		}
		if err := p.Once.Keep(ctx, tx, string(e.ID)); err != nil {
			return false, err
		}
		return true, attached(ctx, tx, e.Asset, facts)
	})
	return d, e, numberTaken(err)
}

// EditEpisode changes an episode.
func (s *Service) EditEpisode(ctx context.Context, by actor.Actor, episode id.Episode, version int64, p EpisodePatch) (Drama, Episode, error) {
	e, err := s.ownEpisode(ctx, by, episode)
	if err != nil {
		return Drama{}, Episode{}, err
	}
	facts, err := s.ownedAsset(ctx, by, e.Drama, p.Asset)
	if err != nil {
		return Drama{}, Episode{}, err
	}
	d, err := s.change(ctx, by, e.Drama, version, func(ctx context.Context, tx *db.Tx, d *Drama) (bool, error) {
		before, err := loadEpisode(ctx, tx, episode)
		if err != nil {
			return false, err
		}
		e = before
		if err := p.apply(&e); err != nil {
			return false, err
		}
		if d.State.MustBeComplete() {
			e.keepVideoOf(before, facts)
		}
		if err := s.checkOwn(ctx, tx, e, before); err != nil {
			return false, err
		}
		if e.OwnAt.Equal(before.OwnAt) && e.Number == before.Number && e.Asset == before.Asset && e.Next == before.Next && reflect.DeepEqual(e.Title, before.Title) {
			return false, nil
		}
		if err := updateEpisode(ctx, tx, e); err != nil {
			return false, err
		}
		if err := s.tryReplacing(ctx, tx, e.Next); err != nil {
			return false, err
		}
		return true, attached(ctx, tx, cmp.Or(e.Next, e.Asset), facts)
	})
	return d, e, numberTaken(err)
}

func (p EpisodePatch) apply(e *Episode) error {
	if p.Number != nil {
		e.Number = *p.Number
	}
	if p.Title != nil {
		e.Title = *p.Title
	}
	if p.Asset != nil {
		e.Asset, e.Next = *p.Asset, ""
	}
	if p.OwnAt != nil {
		e.OwnAt = p.OwnAt.UTC().Truncate(time.Microsecond)
	}
	title, err := cleanEpisode(e.Number, e.Title)
	e.Title = title
	return err
}

// checkOwn refuses a new own time that would bring the episodes out of order.
func (s *Service) checkOwn(ctx context.Context, tx *db.Tx, e, before Episode) error {
	if e.OwnAt.IsZero() || e.OwnAt.Equal(before.OwnAt) {
		return nil
	}
	all, err := loadEpisodesOf(ctx, tx, e.Drama)
	if err != nil {
		return err
	}
	var others []release.Slot
	for _, o := range all {
		if o.ID != e.ID {
			others = append(others, o.slot())
		}
	}
	return release.CheckOwn(e.slot(), others, s.Clock.Now())
}

func numberTaken(err error) error {
	if db.IsUnique(err) {
		return errNumberTaken.Because(err)
	}
	return err
}

// ownedAsset asks media for an asset that is to be attached to the drama, and
// refuses one of another organisation as if it did not exist.
func (s *Service) ownedAsset(ctx context.Context, by actor.Actor, drama id.Drama, asset *id.Asset) (AssetFacts, error) {
	d, err := own(ctx, s.DB, by, drama)
	if err != nil || asset == nil || *asset == "" {
		return AssetFacts{}, err
	}
	facts, err := s.Media.Playable(ctx, []id.Asset{*asset})
	if err != nil {
		return AssetFacts{}, err
	}
	f, ok := facts[*asset]
	if !ok || f.Org != d.Org {
		return AssetFacts{}, errAsset
	}
	return f, nil
}

// attached keeps media's facts of a newly attached asset; the zero facts are
// of none.
func attached(ctx context.Context, tx *db.Tx, asset id.Asset, f AssetFacts) error {
	if asset == "" || f.Org == "" {
		return nil
	}
	if err := refuseGone(ctx, tx, asset); err != nil { // deleted since media answered
		return err
	}
	return saveVideo(ctx, tx, asset, f.video())
}

// Episodes answers the episodes of a drama the actor may manage, by number.
func (s *Service) Episodes(ctx context.Context, by actor.Actor, drama id.Drama) ([]Episode, error) {
	if _, err := own(ctx, s.DB, by, drama); err != nil {
		return nil, err
	}
	return loadEpisodesOf(ctx, s.DB, drama)
}

// ownEpisode loads an episode of a drama the actor may manage.
func (s *Service) ownEpisode(ctx context.Context, by actor.Actor, episode id.Episode) (Episode, error) {
	if err := mayWork(by); err != nil {
		return Episode{}, err
	}
	e, err := loadEpisode(ctx, s.DB, episode)
	if err != nil {
		return Episode{}, err
	}
	if _, err := own(ctx, s.DB, by, e.Drama); err != nil {
		return Episode{}, errEpisodeMissing
	}
	return e, nil
}

// RemoveEpisode deletes an episode. Outside draft only the last one can go: the
// others would leave a gap.
func (s *Service) RemoveEpisode(ctx context.Context, by actor.Actor, episode id.Episode, version int64) (Drama, error) {
	e, err := s.ownEpisode(ctx, by, episode)
	if err != nil {
		return Drama{}, err
	}
	return s.change(ctx, by, e.Drama, version, func(ctx context.Context, tx *db.Tx, d *Drama) (bool, error) {
		all, err := loadEpisodesOf(ctx, tx, d.ID)
		if err != nil {
			return false, err
		}
		if d.State.MustBeComplete() && all[len(all)-1].ID != episode {
			return false, errNotLast
		}
		return true, deleteEpisode(ctx, tx, episode)
	})
}

// AttachUpload gives a finished upload to the episode it was made for, which is
// added if it is not there. It does nothing when the drama is gone or was never
// the organisation's: the asset stays in the list of assets. Nor does it when the
// asset was deleted meanwhile.
func (s *Service) AttachUpload(ctx context.Context, org id.Org, drama id.Drama, number int, asset id.Asset) error {
	house := actor.OfSystem("catalogue")
	d, err := own(ctx, s.DB, house, drama)
	if fault.KindOf(err) == fault.NotFound || err == nil && d.Org != org {
		return nil
	}
	if err != nil {
		return err
	}
	episodes, err := loadEpisodesOf(ctx, s.DB, drama)
	if err != nil {
		return err
	}
	p := EpisodePatch{Number: &number, Asset: &asset}
	if i := slices.IndexFunc(episodes, func(e Episode) bool { return e.Number == number }); i >= 0 {
		_, _, err = s.EditEpisode(ctx, house, episodes[i].ID, 0, p)
	} else {
		_, _, err = s.AddEpisode(ctx, house, drama, 0, p)
	}
	if errors.Is(err, errAsset) {
		return nil
	}
	return err
}

// PutSubtitle gives an episode subtitles in one language, from SRT or WebVTT.
func (s *Service) PutSubtitle(ctx context.Context, by actor.Actor, episode id.Episode, version int64, lang string, raw []byte) (Drama, Subtitle, error) {
	e, err := s.ownEpisode(ctx, by, episode)
	if err != nil {
		return Drama{}, Subtitle{}, err
	}
	lang, ok := words.Tag(lang)
	if !ok {
		return Drama{}, Subtitle{}, errLanguage
	}
	track, err := subtitle.Clean(raw)
	if err != nil {
		return Drama{}, Subtitle{}, err
	}
	sub := Subtitle{Lang: lang, Hash: track.Hash, Source: subtitle.SourceHash(raw), Cues: track.Cues, Long: track.Long}
	if err := s.kept.Claim(ctx, sub.BlobKey()); err != nil {
		return Drama{}, Subtitle{}, err
	}
	if err := s.Blobs.Put(ctx, sub.BlobKey(), bytes.NewReader(track.VTT), int64(len(track.VTT))); err != nil {
		return Drama{}, Subtitle{}, err
	}
	d, err := s.change(ctx, by, e.Drama, version, func(ctx context.Context, tx *db.Tx, _ *Drama) (bool, error) {
		now, err := loadEpisode(ctx, tx, episode)
		if err != nil {
			return false, err
		}
		for _, old := range now.Subtitles {
			if old.Lang == sub.Lang && old.Hash == sub.Hash {
				return false, nil
			}
		}
		return true, saveSubtitle(ctx, tx, episode, sub)
	})
	return d, sub, err
}

// RemoveSubtitle takes an episode's subtitles in one language away.
func (s *Service) RemoveSubtitle(ctx context.Context, by actor.Actor, episode id.Episode, version int64, lang string) (Drama, error) {
	e, err := s.ownEpisode(ctx, by, episode)
	if err != nil {
		return Drama{}, err
	}
	lang, ok := words.Tag(lang)
	if !ok {
		return Drama{}, errLanguage
	}
	return s.change(ctx, by, e.Drama, version, func(ctx context.Context, tx *db.Tx, _ *Drama) (bool, error) {
		return true, deleteSubtitle(ctx, tx, episode, lang)
	})
}

// MadeFrom reports whether the subtitles were made from those bytes.
func (s Subtitle) MadeFrom(raw []byte) bool { return s.Source == subtitle.SourceHash(raw) }

var errSubtitle = fault.New(fault.NotFound, "catalogue.subtitle_missing", "The episode has no subtitles in this language.")

// Subtitles answers an episode's subtitles in one language as WebVTT, to those
// who manage it.
func (s *Service) Subtitles(ctx context.Context, by actor.Actor, episode id.Episode, lang string) ([]byte, error) {
	e, err := s.ownEpisode(ctx, by, episode)
	if err != nil {
		return nil, err
	}
	for _, sub := range e.Subtitles {
		if sub.Lang == lang {
			return s.SubtitleText(ctx, sub.Hash)
		}
	}
	return nil, errSubtitle
}
