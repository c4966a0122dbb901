package app

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/trust/market/pack"
	"cliffhanger/viewer/account/consent"
	"cliffhanger/viewer/youth/policy"
)

// What a capability says by itself and what the packs say is one thing: neither
// may be changed alone.
func TestPacksSayOfMinorsAndConsentsWhatTheirTablesSay(t *testing.T) {
	t.Parallel()
	minors, err := minorsRules(pack.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	consents, err := consentRules(pack.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	own, usual := policy.Default(), consent.DefaultMarkets()
	zones := cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })
	elsewhere := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Source" }, cmp.Ignore())
	for _, at := range []time.Time{time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)} {
		for _, band := range policy.Bands {
			for _, market := range []string{"CN", "DE", "US", "SG", "BR", ""} {
				if diff := cmp.Diff(own.At(market, band, at), minors.At(market, band, at), zones); diff != "" {
					t.Errorf("minors of %s in %q on %s: %s", band, market, at, diff)
				}
			}
		}
		if diff := cmp.Diff(own.Age("CN", at), minors.Age("CN", at), zones); diff != "" {
			t.Errorf("age in China on %s: %s", at, diff)
		}
		for _, market := range []string{"CN", "DE", "FR", "NO", "GB", "US", "SG", "BR", ""} {
			want, got := usual.At(market, at), consents.At(market, at)
			if want.Analytics != got.Analytics || want.Profiling != got.Profiling {
				t.Errorf("consents in %q on %s: %s", market, at, cmp.Diff(want, got, elsewhere))
			}
		}
	}
}
