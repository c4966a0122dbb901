package playback

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
)

// handoffLife is how long a hand-off link may be followed.
const handoffLife = time.Minute

// errSpent says the same of a link that was used, is late or was never made, so
// that nobody learns which.
var errSpent = fault.New(fault.NotFound, "playback.handoff_spent", "This link has been used, or its minute is over. Make a new one on the screen it came from.")

// Handoff is a link that opens an episode on another screen, once.
type Handoff struct {
	Token     string
	Drama     id.Drama
	Number    int
	ExpiresAt time.Time
}

// Place is a moment of an episode.
type Place struct {
	Drama   id.Drama
	Episode id.Episode
	Offset  time.Duration
}

// handoff is a row of playback_handoff; the giver is who made the link.
type handoff struct {
	giver     actor.Actor
	place     Place
	madeAt    time.Time
	expiresAt time.Time
}

// HandOff makes a link to a moment of an episode that by may watch.
func (s *Service) HandOff(ctx context.Context, by actor.Actor, episode id.Episode, offset time.Duration) (Handoff, error) {
	if err := viewer(by); err != nil {
		return Handoff{}, err
	}
	if !isEpisode(episode) {
		return Handoff{}, errGone
	}
	now := s.Clock.Now()
	found, err := s.Episodes.Watchable(ctx, by, []id.Episode{episode}, "", now)
	if err != nil {
		return Handoff{}, err
	}
	w, ok := found[episode]
	if !ok {
		return Handoff{}, errGone
	}
	out := Handoff{Token: newToken(), Drama: w.Drama, Number: w.Number, ExpiresAt: now.Add(handoffLife)}
	h := handoff{by, Place{w.Drama, episode, min(max(offset, 0), w.Length)}, now, out.ExpiresAt}
	return out, s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return insertHandoff(ctx, tx, digestOf(out.Token), h)
	})
}

// TakeOver follows a link: of everybody who tries, one gets the place. It gives no
// right to watch. Where the giver watched on in the same episode since, it is the
// later place; the giver's player is asked to pause.
func (s *Service) TakeOver(ctx context.Context, by actor.Actor, token string) (Place, error) {
	if err := viewer(by); err != nil {
		return Place{}, err
	}
	now := s.Clock.Now()
	var h handoff
	var at Position
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if h, err = takeHandoff(ctx, tx, digestOf(token), now); err != nil {
			return err
		}
		positions, err := positionsOf(ctx, tx, h.giver, []id.Drama{h.place.Drama})
		at = positions[h.place.Drama]
		return err
	})
	if err != nil {
		return Place{}, err
	}
	if at.Episode == h.place.Episode && at.HappenedAt.After(h.madeAt) {
		h.place.Offset = at.Offset
	}
	if h.giver.Device != by.Device {
		s.yield(ctx, h.giver, by)
	}
	return h.place, nil
}

// yield asks the giver's player to pause, so that two do not play. Nobody waits
// for its answer: it may be asleep.
func (s *Service) yield(ctx context.Context, giver, taker actor.Actor) {
	from, _, err := s.screen(ctx, taker.Account, taker.Device)
	if taker.Account != giver.Account {
		from = Screen{} // what strangers call their devices is nothing to read here
	}
	if err == nil {
		c := Command{ID: id.New[id.Command](), From: from, Ask: Ask{Kind: PauseIt}, At: s.Clock.Now()}
		err = s.send(ctx, giver.Account, letter{message: *compose("command", c), To: address{Device: giver.Device}})
	}
	if err != nil {
		s.Log.Warn("the giver of a link is not asked to pause", "error", err)
	}
}

// newToken makes a secret nobody can guess, fit for a URL.
func newToken() string {
	var secret [32]byte
	rand.Read(secret[:]) // never fails: crypto/rand aborts the process instead
	return base64.RawURLEncoding.EncodeToString(secret[:])
}

func digestOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
