package app

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/catalogue"
	"cliffhanger/viewer/account/person"
	"cliffhanger/viewer/playback"
	"cliffhanger/viewer/youth"
	"cliffhanger/viewer/youth/policy"
)

// youthGate answers playback.Gate: minors' time, hours and pool.
type youthGate struct{ *youth.Service }

func (g youthGate) Refuse(ctx context.Context, by actor.Actor, episodes []playback.Watchable, _ time.Time) (map[id.Episode]playback.Refusal, error) {
	dramas := make([]id.Drama, len(episodes))
	for i, e := range episodes {
		dramas[i] = e.Drama
	}
	refused, err := g.Service.Refuse(ctx, by, dramas)
	out := map[id.Episode]playback.Refusal{}
	for _, e := range episodes {
		if r, ok := refused[e.Drama]; ok {
			out[e.Episode] = playback.Refusal(r)
		}
	}
	return out, err
}

func (g youthGate) Until(ctx context.Context, by actor.Actor, _ time.Time) (time.Time, error) {
	return g.Service.Until(ctx, by)
}

func (g youthGate) Watched(ctx context.Context, by actor.Actor, reports []playback.Report) error {
	beats := make([]policy.Beat, len(reports))
	for i, r := range reports {
		beats[i] = policy.Beat{Sitting: r.Sitting, Seq: r.Seq, Offset: r.Offset, Jumped: r.Event == playback.Seek,
			Stopped: r.Event == playback.Pause || r.Event == playback.End}
	}
	return g.Service.Watched(ctx, by, beats)
}

// screensForYouth answers youth.Screens from playback, which is made after it.
type screensForYouth struct{ *playback.Service }

func (s *screensForYouth) Tell(ctx context.Context, account id.Account, profile id.Profile, event string, data any) {
	s.TellProfile(ctx, account, profile, event, data)
}

func (s *screensForYouth) TellAll(ctx context.Context, account id.Account, event string, data any) {
	s.TellAccount(ctx, account, event, data)
}

// ownersForYouth answers youth.Owners from the account's people, who are made after it.
type ownersForYouth struct{ *person.Service }

func (o *ownersForYouth) Ways(ctx context.Context, by actor.Actor) (out []youth.Way, err error) {
	known, err := o.Addresses(ctx, by)
	for _, k := range known {
		out = append(out, youth.Way{Channel: k.Kind, Hint: k.Hint})
	}
	return out, err
}

func (o *ownersForYouth) SendCode(ctx context.Context, by actor.Actor, to youth.Address, locale string) error {
	return o.SendOwnerCode(ctx, by, person.Channel(to.Channel), to.To, locale)
}

func (o *ownersForYouth) Prove(ctx context.Context, by actor.Actor, to youth.Address, code string) error {
	return o.ProveOwner(ctx, by, person.Proof{Channel: person.Channel(to.Channel), To: to.To, Code: code})
}

// dramasForYouth answers youth.Dramas from the catalogue, which is made after it.
type dramasForYouth struct{ *catalogue.Service }

func (d *dramasForYouth) Known(ctx context.Context, by actor.Actor, drama id.Drama) (bool, error) {
	_, err := d.Drama(ctx, by, drama)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}
