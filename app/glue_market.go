package app

import (
	"context"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/studio/catalogue"
	"cliffhanger/trust/market"
	"cliffhanger/trust/market/pack"
	"cliffhanger/viewer/account"
	"cliffhanger/viewer/account/consent"
	"cliffhanger/viewer/youth/policy"
)

// judges read tables of rule packs, and say what is wrong with them.
var judges = []market.Judge{
	func(packs []pack.Pack) error { _, err := minorsRules(packs); return err },
	func(packs []pack.Pack) error { _, err := consentRules(packs); return err },
}

// markets of a pack, as those know them who keep a table by market.
func markets(p pack.Pack) []string {
	if p.Code == pack.Home {
		return []string{pack.Home}
	}
	return p.Territories
}

// minorsRules are the product's rules for minors with those of the packs.
func minorsRules(packs []pack.Pack) (policy.Rules, error) {
	var all []policy.Market
	for _, p := range packs {
		m := policy.Market{Zone: p.Zone}
		for _, r := range p.Minors {
			bands := make([]policy.Band, len(r.Bands))
			for i, b := range r.Bands {
				bands[i] = policy.Band(b)
			}
			m.Rule = append(m.Rule, policy.Row{
				Bands: bands, From: string(r.From), Daily: r.Daily, Longest: r.Longest, Curfew: r.Curfew, Break: r.Break, Rest: r.Rest, Forgotten: &r.Forgotten,
				Spending: policy.Spending{Currency: r.Currency, Payment: r.Payment, Month: r.Month}, Source: r.Source,
			})
		}
		for _, r := range p.Ages {
			m.Age = append(m.Age, policy.AgeRow{From: string(r.From), Counts: policy.Counting(r.Counts), Minors: policy.Following(r.Minors), Source: r.Source})
		}
		for _, code := range markets(p) {
			m.Code = code
			all = append(all, m)
		}
	}
	return policy.Default().With(all)
}

// consentRules are the product's rules for consents with those of the packs.
func consentRules(packs []pack.Pack) (consent.Markets, error) {
	all := map[string][]consent.Rule{}
	for _, p := range packs {
		for _, r := range p.Consents {
			from, err := time.Parse(time.DateOnly, string(r.From))
			if err != nil {
				return consent.Markets{}, err
			}
			for _, code := range markets(p) {
				all[code] = append(all[code], consent.Rule{From: from, Analytics: r.Analytics == "on", Profiling: r.Profiling == "on", Source: r.Source})
			}
		}
	}
	return consent.DefaultMarkets().With(all), nil
}

// dramasForMarket answers market.Dramas from the catalogue, which is made after it.
type dramasForMarket struct{ *catalogue.Service }

func (d *dramasForMarket) Published(ctx context.Context, _ actor.Actor, most int) (out []market.Drama, more bool, err error) {
	found, err := d.List(ctx, actor.OfSystem("market"), catalogue.Filter{State: catalogue.Published}, page.Request{Limit: most})
	for _, f := range found.Items {
		title := map[string]string{}
		for lang, text := range f.Title {
			title[string(lang)] = text
		}
		out = append(out, market.Drama{ID: f.ID, Title: title})
	}
	return out, found.Next != "", err
}

// colleaguesForMarket answers market.Colleagues from the people who work here.
type colleaguesForMarket struct{ *account.Service }

func (c colleaguesForMarket) Another(ctx context.Context, by actor.Actor) (bool, error) {
	const atOnce = 100
	for after := ""; ; {
		people, err := c.Everybody(ctx, actor.OfSystem("market"), page.Request{Limit: atOnce, After: after})
		if err != nil {
			return false, err
		}
		for _, p := range people.Items {
			as := actor.Actor{Kind: actor.Staff, Roles: p.Roles}
			if p.Active && !p.Invited && p.ID != by.Staff && (as.Has(actor.Operator) || as.Has(actor.Reviewer)) {
				return true, nil
			}
		}
		if after = people.Next; after == "" {
			return false, nil
		}
	}
}
