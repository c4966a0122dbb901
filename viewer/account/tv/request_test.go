package tv

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/viewer/account"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func fresh() Request { return Request{State: New, ExpiresAt: noon.Add(life), Interval: interval} }

// onward is what may follow what.
var onward = map[State][]State{
	New: {Scanned}, Scanned: {Approved, Denied}, Approved: {Redeemed},
}

// Whatever anybody does in whatever order, a request goes one way, is redeemed
// once and only for whoever approved it, and nothing moves it when its time is up.
func TestARequestGoesOneWay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r, now := fresh(), noon
		if rapid.Bool().Draw(t, "with a challenge") {
			r.Challenge = challengeOf("right")
		}
		accounts := []id.Account{"acc_a", "acc_b"}
		var approver id.Account
		redeemed := 0
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				if (r.Account != approver) || redeemed > 1 || (redeemed == 1) != (r.State == Redeemed) {
					t.Fatalf("%+v, approved by %q, redeemed %d times", r, approver, redeemed)
				}
			},
			"anything": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(0, 40_000).Draw(t, "ms")) * time.Millisecond)
				before := r
				var err error
				who := rapid.SampledFrom(accounts).Draw(t, "who")
				switch rapid.SampledFrom([]string{"scan", "approve", "deny", "ask"}).Draw(t, "what") {
				case "scan":
					err = r.scan(now)
				case "approve":
					if err = r.approve(now, who, "prf_1"); r.State == Approved && before.State == Scanned {
						approver = who
					}
				case "deny":
					err = r.deny(now)
				case "ask":
					verifier := rapid.SampledFrom([]string{"right", "wrong", ""}).Draw(t, "verifier")
					if err = r.ask(now, verifier); err == nil {
						redeemed++
						if r.Challenge != "" && verifier != "right" {
							t.Fatal("redeemed without its verifier")
						}
					}
				}
				if r.State != before.State && (!slices.Contains(onward[before.State], r.State) || err != nil) {
					t.Fatalf("%s became %s, %v", before.State, r.State, err)
				}
				if r.State != before.State && !now.Before(before.ExpiresAt) {
					t.Fatalf("%s became %s after its time", before.State, r.State)
				}
				if r.Interval < before.Interval || r.ExpiresAt.Before(before.ExpiresAt) || r.ExpiresAt.After(noon.Add(life+grace)) {
					t.Fatalf("%+v became %+v", before, r)
				}
			},
		})
	})
}

// RFC 8628, 3.5: the interval grows by five seconds each time, for all that follow.
func TestWhoAsksTooOftenIsSlowedDown(t *testing.T) {
	t.Parallel()
	r, now := fresh(), noon
	for _, c := range []struct {
		after time.Duration
		want  error
		then  time.Duration
	}{
		{0, errPending, 3 * time.Second},
		{3 * time.Second, errPending, 3 * time.Second},
		{2600 * time.Millisecond, errPending, 3 * time.Second}, // the network's doing
		{time.Second, errSlowDown, 8 * time.Second},
		{3 * time.Second, errSlowDown, 13 * time.Second},
		{13 * time.Second, errPending, 13 * time.Second},
	} {
		now = now.Add(c.after)
		if err := r.ask(now, ""); !errors.Is(err, c.want) || r.Interval != c.then {
			t.Fatalf("after %s: %v, %s", c.after, err, r.Interval)
		}
	}
	if err := errors.Join(r.scan(now), r.approve(now, "acc_a", "prf_1"), r.ask(now, "")); err != nil {
		t.Error("an approved device waits", err)
	}
}

func TestAnApprovalInTheLastMomentIsHeard(t *testing.T) {
	t.Parallel()
	r, now := fresh(), noon.Add(life-time.Second)
	if err := errors.Join(r.scan(now), r.approve(now, "acc_a", "prf_1")); err != nil {
		t.Fatal(err)
	}
	if err := r.ask(now.Add(grace-time.Second), ""); err != nil {
		t.Error(err)
	}
	late := fresh()
	if err := late.scan(noon.Add(life)); !errors.Is(err, account.ErrCode) {
		t.Error(err)
	}
}

func TestTheVerifierOfRFC7636(t *testing.T) {
	t.Parallel()
	r := Request{Challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"} // appendix B
	if !r.provenBy("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") || r.provenBy("") || r.provenBy(r.Challenge) {
		t.Error("the challenge is not what the standard says")
	}
}

func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
