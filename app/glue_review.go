package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/release"
	"cliffhanger/studio/media"
	"cliffhanger/trust/market"
	"cliffhanger/trust/market/pack"
	"cliffhanger/trust/review"
	"cliffhanger/trust/review/stage"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/natural"
	"cliffhanger/viewer/youth"
)

// worksForReview answers review.Works from the catalogue, which is made after it, and
// media.
type worksForReview struct {
	catalogue *catalogue.Service
	media     *media.Service
}

func (w *worksForReview) Material(ctx context.Context, dramas []id.Drama) (map[id.Drama]review.Material, error) {
	out := make(map[id.Drama]review.Material, len(dramas))
	for _, drama := range dramas {
		d, err := w.catalogue.Dossier(ctx, actor.OfSystem("review"), drama)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		var assets []id.Asset
		for _, e := range d.Episodes {
			assets = append(assets, e.Asset)
		}
		facts, err := w.media.Playable(ctx, assets)
		if err != nil {
			return nil, err
		}
		if out[drama], err = materialOf(d, facts); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// materialOf is what a viewer would see of a drama. When it is released is not part of
// that.
func materialOf(d catalogue.Dossier, facts map[id.Asset]media.Facts) (review.Material, error) {
	m := review.Material{Drama: d.ID, Org: d.Org, Title: d.Title, Episodes: make([]review.Part, len(d.Episodes))}
	said := struct {
		About    catalogue.About
		Pictures []string
		Episodes []map[string]string
	}{About: d.About, Pictures: []string{d.Portrait.String(), d.Landscape.String()}}
	said.About.Release, said.About.Markets = release.Plan{}, nil
	for i, e := range d.Episodes {
		f := facts[e.Asset]
		p := review.Part{Episode: e.ID, Number: e.Number, Asset: e.Asset, Master: f.Master, Subtitles: map[string]string{}}
		if f.Playable && !f.Blocked {
			p.Length = time.Duration(f.DurationMS) * time.Millisecond
		}
		for _, s := range e.Subtitles {
			p.Subtitles[s.Lang] = s.Hash
		}
		m.Episodes[i] = p
		said.Episodes = append(said.Episodes, e.Title)
	}
	slices.SortFunc(m.Episodes, func(a, b review.Part) int { return cmp.Compare(a.Number, b.Number) })
	text, err := json.Marshal(said)
	sum := sha256.Sum256(text)
	m.About = hex.EncodeToString(sum[:])
	return m, err
}

func (w *worksForReview) Links(ctx context.Context, asset id.Asset) (review.Links, error) {
	found, err := w.media.Open(ctx, []media.StreamRequest{{Asset: asset}})
	if err != nil {
		return review.Links{}, err
	}
	s := found[0]
	return review.Links{HLS: s.HLS, DASH: s.DASH, Poster: s.Poster, ExpiresAt: s.ExpiresAt}, nil
}

// rulesForReview answers review.Rules from the rules of the node's own market.
type rulesForReview struct {
	market *market.Service
	youth  *youth.Service
	home   string
	clock  clock.Clock
}

func (r rulesForReview) For(ctx context.Context, m review.Material) (stage.Rules, error) {
	var out stage.Rules
	p, _ := pack.For(r.market.InForce(), r.home)
	today := p.Day(r.clock.Now())
	if row, ok := pack.Held(p.Reviews, today); ok {
		out.People = row.ThreePerson
	}
	if row, ok := pack.Held(p.Filings, today); ok {
		out.Filing = row.Required
	}
	cards := slices.DeleteFunc(slices.Clone(p.Marks), func(k pack.Mark) bool { return k.What != "head_card" })
	_, out.Marks = pack.Held(cards, today)
	band, err := r.youth.FromBand(ctx, actor.OfSystem("review"), m.Drama)
	out.Minors = band != ""
	return out, err
}

// peopleForReview answers review.People from the people who work here.
type peopleForReview struct{ *account.Service }

func (p peopleForReview) everybody(ctx context.Context) ([]account.Staff, error) {
	const atOnce = 200
	var out []account.Staff
	for after := ""; ; {
		some, err := p.Everybody(ctx, actor.OfSystem("review"), page.Request{Limit: atOnce, After: after})
		if err != nil {
			return nil, err
		}
		out = append(out, some.Items...)
		if after = some.Next; after == "" {
			return out, nil
		}
	}
}

func (p peopleForReview) Natural(ctx context.Context, staff []id.Staff) (map[id.Staff]string, error) {
	all, err := p.everybody(ctx)
	if err != nil {
		return nil, err
	}
	accounts := make([]natural.Account, len(all))
	for i, a := range all {
		accounts[i] = natural.Account{ID: a.ID, Name: a.Name, Email: string(a.Email)}
	}
	persons := natural.Persons(accounts)
	out := make(map[id.Staff]string, len(staff))
	for _, who := range staff {
		if person, ok := persons[who]; ok {
			out[who] = string(person)
		}
	}
	return out, nil
}

func (p peopleForReview) Makers(ctx context.Context, org id.Org) (out []id.Staff, err error) {
	all, err := p.everybody(ctx)
	for _, a := range all {
		if a.Org.ID == org && slices.Contains(a.Roles, actor.Producer) {
			out = append(out, a.ID)
		}
	}
	return out, err
}

// reviewGate lets review object to publishing what it did not clear, and to being
// published by whoever cleared it.
type reviewGate struct{ *review.Service }

func (g reviewGate) Check(ctx context.Context, submissions []catalogue.Submission) ([]catalogue.Objection, error) {
	var dramas []id.Drama
	for _, s := range submissions {
		dramas = append(dramas, s.Drama)
	}
	standings, err := g.Standings(ctx, dramas)
	if err != nil {
		return nil, err
	}
	var out []catalogue.Objection
	for _, s := range submissions {
		refused, err := g.MayPublish(ctx, s.By, standings[s.Drama])
		if err != nil {
			return nil, err
		}
		if refused != nil {
			out = append(out, catalogue.Objection{Drama: s.Drama, Gate: "review", Code: strings.TrimPrefix(refused.Code, "review."), Path: "review", Message: refused.Msg})
		}
	}
	return out, nil
}
