package exchange

import (
	"fmt"
	"slices"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/folder"
	"cliffhanger/studio/catalogue/release"
)

// plansIn reads when a manifest lets episodes appear, at home and elsewhere.
func plansIn(m folder.Manifest) (home release.Plan, elsewhere []release.Market, err error) {
	refused := func(path string, why error) error {
		return catalogue.ErrAbout.With(fault.Field{Path: path, Code: "release_impossible", Msg: why.Error()})
	}
	if home, err = release.Parse(m.Release); err != nil {
		return home, nil, refused("release", err)
	}
	for i, market := range m.Markets {
		plan, err := release.Parse(market.Release)
		if err != nil {
			return home, nil, refused(fmt.Sprintf("markets[%d]", i), err)
		}
		elsewhere = append(elsewhere, release.Market{Code: market.Market, Plan: plan, Zone: market.TimeZone})
	}
	return home, elsewhere, nil
}

// over answers the plans a folder gives a drama. Starts are not the folder's to
// say, and one that names no markets leaves those of the drama.
func over(given, before catalogue.About) (release.Plan, []release.Market) {
	home := given.Release
	home.StartsAt = before.Release.StartsAt
	if len(given.Markets) == 0 {
		return home, before.Markets
	}
	markets := slices.Clone(given.Markets)
	for i, m := range markets {
		for _, b := range before.Markets {
			if b.Code == m.Code {
				markets[i].StartsAt = b.StartsAt
			}
		}
	}
	return home, markets
}

func marketsOf(d catalogue.Dossier) (out []folder.Market) {
	for _, m := range d.Markets {
		out = append(out, folder.Market{Market: m.Code, Release: m.String(), TimeZone: m.Zone})
	}
	return out
}
