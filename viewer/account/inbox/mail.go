package inbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
	"cliffhanger/internal/platform/mail"
)

// Often is how often a person wants mail of some sort.
type Often string

// How often that may be.
const (
	AtOnce Often = "at_once"
	Daily  Often = "daily"
	Never  Often = "never"
)

// Wish is what a person wants by mail.
type Wish struct {
	Urgent Often  `json:"urgent" enum:"at_once,daily,never" doc:"Alarms, and deadlines within a day or passed."`
	Rest   Often  `json:"rest" enum:"at_once,daily,never" doc:"Everything else."`
	Hour   int    `json:"hour" doc:"Of the daily mail, 0 to 23."`
	Zone   string `json:"zone" maxLength:"64" doc:"Where that hour is: Asia/Shanghai."`
	Locale string `json:"locale" maxLength:"16" doc:"Of the mails: en, zh-CN."`
}

// unsaid is the wish of somebody who never said any. Nobody knows their language:
// they are written to in all.
var unsaid = Wish{Urgent: AtOnce, Rest: Never, Hour: 9, Zone: "UTC"}

var (
	errOften  = fault.New(fault.Invalid, "account.inbox_often_unknown", "Mail comes at once, daily or never. Choose one of these.").With(fault.Field{Path: "urgent", Code: "unknown", Msg: "must be at_once, daily or never"})
	errHour   = fault.New(fault.Invalid, "account.inbox_hour_invalid", "Choose an hour of the day, 0 to 23.").With(fault.Field{Path: "hour", Code: "out_of_range", Msg: "must be 0 to 23"})
	errZone   = fault.New(fault.Invalid, "account.inbox_zone_unknown", "This time zone is not known. Choose one such as Asia/Shanghai.").With(fault.Field{Path: "zone", Code: "unknown", Msg: "is not known"})
	errLocale = fault.New(fault.Invalid, "account.inbox_locale_unknown", "Mails are not written in this language. Choose another one.").With(fault.Field{Path: "locale", Code: "unknown", Msg: "is not known"})
)

func (w Wish) validate() error {
	for _, o := range []Often{w.Urgent, w.Rest} {
		if o != AtOnce && o != Daily && o != Never {
			return errOften
		}
	}
	if w.Hour < 0 || w.Hour > 23 {
		return errHour
	}
	if w.Zone == "" || w.Zone == "Local" || len(w.Zone) > 64 {
		return errZone
	}
	if _, err := time.LoadLocation(w.Zone); err != nil {
		return errZone.Because(err)
	}
	if !slices.Contains(Languages, w.Locale) {
		return errLocale
	}
	return nil
}

// often is how often mail of an item is wanted that is urgent, or is not.
func (w Wish) often(urgent bool) Often {
	if urgent {
		return w.Urgent
	}
	return w.Rest
}

// languages are those its letters are written in.
func (w Wish) languages() []string {
	if w.Locale == "" {
		return Languages
	}
	return []string{w.Locale}
}

// next is the first moment after now at which a daily mail is due: once on each day of
// the zone, also on those on which a clock is set. Zero: never.
func (w Wish) next(now time.Time) time.Time {
	zone, err := time.LoadLocation(w.Zone)
	if err != nil || w.Urgent != Daily && w.Rest != Daily {
		return time.Time{}
	}
	today := now.In(zone)
	for day := today.Day(); ; day++ {
		at := time.Date(today.Year(), today.Month(), day, w.Hour, 0, 0, 0, zone)
		if at.After(now) {
			return at.UTC()
		}
	}
}

// Wish is what by wants, in the language they ask in if they never said one. Staff
// only.
func (s *Service) Wish(ctx context.Context, by actor.Actor, locale string) (Wish, error) {
	if _, err := scopeOf(by); err != nil {
		return Wish{}, err
	}
	p, err := recipientOf(ctx, s.DB, by.Staff)
	p.wish.Locale = cmp.Or(p.wish.Locale, locale)
	if !slices.Contains(Languages, p.wish.Locale) {
		p.wish.Locale = Languages[0]
	}
	return p.wish, err
}

// SetWish changes what by wants. Staff only.
func (s *Service) SetWish(ctx context.Context, by actor.Actor, w Wish) error {
	if _, err := scopeOf(by); err != nil {
		return err
	}
	if err := w.validate(); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return saveWish(ctx, tx, by.Staff, w, w.next(s.Clock.Now()))
	})
}

// Letter is a mail to be sent: about one item, or, without a key, the daily one.
type Letter struct {
	To  id.Staff  `json:"to"`
	Key string    `json:"key,omitempty"`
	At  time.Time `json:"at"` // of what it tells, or when it was due
}

// Queue is where letters wait.
func (Letter) Queue() string { return "account.inbox_mail" }

// quiet is how long no other mail is sent about the same key, unless it presses
// more.
const quiet = time.Hour

// tell enqueues a mail to everybody an item is for who wants one at once.
func (s *Service) tell(ctx context.Context, tx *db.Tx, i Item) error {
	people, err := everyRecipient(ctx, tx)
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	for _, p := range people {
		if !p.scope.Sees(i.For) || p.wish.often(i.Urgent(now)) != AtOnce {
			continue
		}
		if err := s.Bus.EnqueueTx(ctx, tx, Letter{To: p.scope.Staff, Key: i.Key, At: now}); err != nil {
			return err
		}
	}
	return nil
}

// Digests enqueues the daily mails that are due, whichever node is first.
func (s *Service) Digests(ctx context.Context) error {
	now := s.Clock.Now()
	due, err := dueDigests(ctx, s.DB, now, atOnce)
	if err != nil {
		return err
	}
	for _, d := range due {
		err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			mine, err := claimDigest(ctx, tx, d, d.wish.next(now))
			if err != nil || !mine {
				return err
			}
			return s.Bus.EnqueueTx(ctx, tx, Letter{To: d.staff, At: d.at})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Work sends letters; call it before the bus starts, on nodes that work.
func (s *Service) Work() {
	bus.Work(s.Bus, bus.Worker{Parallel: 2}, func(ctx context.Context, l Letter, _ bus.Lease) error { return s.send(ctx, l) })
}

// send writes a letter from what is true now: who has left, has lost the role or
// wants none any more gets none, nor is one sent about what is over.
func (s *Service) send(ctx context.Context, l Letter) error {
	p, err := recipientOf(ctx, s.DB, l.To)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	m, err := s.write(ctx, l, p)
	if err != nil || m.Text == "" {
		return err
	}
	m.To = p.email
	if err := s.Mail.Send(ctx, m); err != nil {
		return fmt.Errorf("inbox: mail to %s: %w", l.To, err)
	}
	return nil
}

// write answers an empty message where there is nothing to say any more.
func (s *Service) write(ctx context.Context, l Letter, p recipient) (m mail.Message, err error) {
	now := s.Clock.Now()
	if l.Key != "" {
		i, err := itemByKey(ctx, s.DB, l.Key)
		if err != nil || i.State() != Open || !p.scope.Sees(i.For) || p.wish.often(i.Urgent(now)) != AtOnce {
			return m, err
		}
		return s.ofOne(i, p.wish, now), nil
	}
	open, err := openItems(ctx, s.DB, p.scope, "", openKey{Rank: -1}, atOnce)
	if err != nil {
		return m, err
	}
	open = slices.DeleteFunc(open, func(f Found) bool { return p.wish.often(f.Urgent(now)) == Never })
	if len(open) == 0 || p.wish.next(now).IsZero() {
		return m, nil
	}
	return s.ofAll(open, p.wish, now), nil
}
