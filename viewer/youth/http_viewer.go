package youth

import (
	"context"
	"net/http"
	"time"

	"cliffhanger/internal/platform/httpx"
	"cliffhanger/viewer/youth/policy"
)

const tag = "Minors"

// StatusOut is how things stand, on the wire.
type StatusOut struct {
	On          bool          `json:"on"`
	Band        policy.Band   `json:"band" enum:",0-3,3-8,8-12,12-16,16-18"`
	Source      Source        `json:"source" enum:",guardian,system,age" doc:"who switched it on; age: nobody, the profile is known to be a minor's"`
	Offered     policy.Band   `json:"offered" enum:",0-3,3-8,8-12,12-16,16-18" doc:"the band of a profile known to be a minor's, where the mode is not on"`
	Age         *AgeOut       `json:"age" doc:"what was said of the age, if it says that the profile is a minor's"`
	Choice      []policy.Band `json:"choice" doc:"the bands that fit a range that was said of the age: which it is, the account's owner may say"`
	PINSet      bool          `json:"pin_set"`
	AllowanceMS int64         `json:"allowance_ms" doc:"of today, with what was added"`
	UsedMS      int64         `json:"used_ms"`
	LeftMS      int64         `json:"left_ms"`
	ExtraMS     int64         `json:"extra_ms" doc:"how much a guardian may still add to today"`
	Closed      string        `json:"closed" enum:",time_over,closed" doc:"why nothing may be watched now"`
	OpensAt     *time.Time    `json:"opens_at" doc:"when watching may begin again"`
	ClosesAt    *time.Time    `json:"closes_at" doc:"when watching without a pause ends"`
	Curfew      string        `json:"curfew" doc:"22:00-06:00, or nothing"`
	TimeZone    string        `json:"time_zone" doc:"whose day and wall clock count"`
	DailyMS     int64         `json:"daily_ms" doc:"of every day"`
	LongestMS   int64         `json:"longest_ms" doc:"how far a guardian may lengthen a day"`
	BreakMS     int64         `json:"break_after_ms"`
	RestMS      int64         `json:"rest_ms"`
	SinceRestMS int64         `json:"since_rest_ms" doc:"watched since the last rest"`
	BreakDue    bool          `json:"break_due"`
	LeaveAt     *time.Time    `json:"leave_at" doc:"when the mode may be left without the PIN, for somebody waits for it"`
	Spending    *SpendOut     `json:"spending" doc:"of who is known to be a minor: what may be paid while the mode is not on, where it is nothing"`
	ServerTime  time.Time     `json:"server_time"`
}

// AgeOut is what was said of somebody's age, and who said so.
type AgeOut struct {
	Source policy.Source `json:"source" enum:"os,store,guardian,id" doc:"the system of a device, the shop its app came from, a guardian there, or an identity number"`
	Ages   string        `json:"ages" doc:"13-15 in full years if a range was said, or nothing"`
}

func ageOut(k policy.Known) *AgeOut {
	if k.Minor() == "" {
		return nil
	}
	return &AgeOut{k.Source, k.Ages.String()}
}

// SpendOut is what a minor may pay, in minor units of a currency.
type SpendOut struct {
	Currency    string `json:"currency" doc:"empty: nothing is paid at this age, or in this market"`
	Payment     int64  `json:"payment_minor" doc:"at once"`
	Month       int64  `json:"month_minor" doc:"in a month of the market's calendar"`
	MostPayment int64  `json:"most_payment_minor" doc:"at once, as far as a guardian may raise it"`
	MostMonth   int64  `json:"most_month_minor"`
}

func spendOut(p Payments) *SpendOut {
	if p == (Payments{}) {
		return nil
	}
	return &SpendOut{p.Rule.Currency, p.May.Payment, p.May.Month, p.Rule.Payment, p.Rule.Month}
}

func statusOut(s Status) StatusOut {
	out := StatusOut{
		On: s.On, Band: s.Band, Source: s.Source, Offered: s.Offered, Age: ageOut(s.Aged), Choice: append([]policy.Band{}, s.Choice...), PINSet: s.PINSet, AllowanceMS: s.Allowance.Milliseconds(),
		UsedMS: s.Usage.Used.Milliseconds(), LeftMS: s.Left.Milliseconds(), Closed: string(s.Reason), Curfew: s.Rule.Curfew.String(),
		DailyMS: s.Rule.Daily.Milliseconds(), LongestMS: s.Rule.Longest.Milliseconds(), ExtraMS: max(s.Rule.Longest-s.Allowance, 0).Milliseconds(),
		BreakMS: s.Rule.Break.Milliseconds(), RestMS: s.Rule.Rest.Milliseconds(), SinceRestMS: s.Usage.Continuous.Milliseconds(), BreakDue: s.BreakDue,
		Spending: spendOut(s.Pays), ServerTime: s.At.UTC(),
	}
	if s.On {
		out.TimeZone = s.Rule.Zone.String()
	}
	if !s.OpensAt.IsZero() {
		out.OpensAt = inUTC(s.OpensAt)
	}
	if !s.LeaveAt.IsZero() {
		out.LeaveAt = inUTC(s.LeaveAt)
	}
	if !s.Until.IsZero() {
		out.ClosesAt = inUTC(s.Until)
	}
	return out
}

func inUTC(t time.Time) *time.Time {
	t = t.UTC()
	return &t
}

type callerIn struct{ httpx.Caller }

type onIn struct {
	httpx.Caller
	Body struct {
		Band policy.Band `json:"band" enum:"0-3,3-8,8-12,12-16,16-18"`
		PIN  string      `json:"pin" maxLength:"6" doc:"four to six digits; sets the guardian's PIN if there is none"`
	}
}

type pinIn struct {
	httpx.Caller
	Body struct {
		PIN string `json:"pin" maxLength:"6"`
	}
}

type ageIn struct {
	httpx.Caller
	Body struct {
		Statement string `json:"statement" maxLength:"512" doc:"v1;from=store;ages=13-15;exp=…;device=…;sig=…, as the guide for device makers says"`
	}
}

type extendIn struct {
	httpx.Caller
	Body struct {
		PIN     string `json:"pin" maxLength:"6"`
		Minutes int    `json:"minutes" minimum:"1" maximum:"120"`
	}
}

type limitsIn struct {
	httpx.Caller
	Body struct {
		Minutes  *int     `json:"minutes,omitempty" minimum:"0" maximum:"1440" doc:"a day"`
		Curfew   *string  `json:"curfew,omitempty" maxLength:"11" doc:"22:00-06:00; empty: none"`
		Spending *limitIn `json:"spending,omitempty"`
		PIN      string   `json:"pin,omitempty" maxLength:"6" doc:"needed to allow more than now"`
	}
}

// limitIn is a guardian's own limit on payments.
type limitIn struct {
	Currency string `json:"currency" maxLength:"3"`
	Payment  int64  `json:"payment_minor" minimum:"0"`
	Month    int64  `json:"month_minor" minimum:"0"`
}

type statusAnswer struct{ Body StatusOut }

// Routes registers everything this capability answers.
func Routes(api *httpx.API, s *Service) {
	s.consoleRoutes(api)
	s.forgottenRoutes(api)
	writes := httpx.PerActor(30, time.Minute)
	httpx.Handle(api, httpx.Route{ID: "youth", Method: http.MethodGet, Path: "/api/v1/youth", Tag: tag,
		Summary: "Minors' mode of my profile, and what is left of today", Who: httpx.Viewer},
		func(ctx context.Context, in *callerIn) (*statusAnswer, error) { return s.answer(ctx, in.Caller, nil) })
	httpx.Handle(api, httpx.Route{ID: "youth-on", Method: http.MethodPost, Path: "/api/v1/youth/on", Tag: tag,
		Summary: "Switch minors' mode on", Who: httpx.Viewer, Limit: writes},
		func(ctx context.Context, in *onIn) (*statusAnswer, error) {
			return s.answer(ctx, in.Caller, s.On(ctx, in.Actor, in.Body.Band, in.Body.PIN))
		})
	httpx.Handle(api, httpx.Route{ID: "youth-off", Method: http.MethodPost, Path: "/api/v1/youth/off", Tag: tag,
		Summary: "Switch minors' mode off, with the guardian's PIN", Who: httpx.Viewer, Limit: writes},
		func(ctx context.Context, in *pinIn) (*statusAnswer, error) {
			return s.answer(ctx, in.Caller, s.Off(ctx, in.Actor, in.Body.PIN))
		})
	httpx.Handle(api, httpx.Route{ID: "youth-extend", Method: http.MethodPost, Path: "/api/v1/youth/extend", Tag: tag,
		Summary: "Add minutes to today, with the guardian's PIN", Who: httpx.Viewer, Limit: writes},
		func(ctx context.Context, in *extendIn) (*statusAnswer, error) {
			return s.answer(ctx, in.Caller, s.Extend(ctx, in.Actor, in.Body.PIN, in.Body.Minutes))
		})
	httpx.Handle(api, httpx.Route{ID: "youth-age", Method: http.MethodPost, Path: "/api/v1/youth/age", Tag: tag,
		Summary: "Bring what my device says of the age of who uses it", Who: httpx.Viewer, Limit: writes},
		func(ctx context.Context, in *ageIn) (*statusAnswer, error) {
			return s.answer(ctx, in.Caller, s.Heard(ctx, in.Actor, in.Body.Statement))
		})
	httpx.Handle(api, httpx.Route{ID: "youth-limits", Method: http.MethodPut, Path: "/api/v1/youth/limits", Tag: tag,
		Summary: "Shorten or, with the guardian's PIN, lengthen the limits", Who: httpx.Viewer, Limit: writes}, s.putLimits)
}

func (s *Service) putLimits(ctx context.Context, in *limitsIn) (*statusAnswer, error) {
	var own policy.Limits
	if in.Body.Minutes != nil {
		d := time.Duration(*in.Body.Minutes) * time.Minute
		own.Daily = &d
	}
	if in.Body.Curfew != nil {
		c, err := policy.ParseCurfew(*in.Body.Curfew)
		if err != nil {
			return nil, errCurfew.Because(err)
		}
		own.Curfew = &c
	}
	if l := in.Body.Spending; l != nil {
		own.Spending = &policy.Spending{Currency: l.Currency, Payment: l.Payment, Month: l.Month, Tips: true} // the rule decides of tips
	}
	return s.answer(ctx, in.Caller, s.Limit(ctx, in.Actor, in.Body.PIN, own))
}

// answer is how things stand after something was done.
func (s *Service) answer(ctx context.Context, c httpx.Caller, err error) (*statusAnswer, error) {
	if err != nil {
		return nil, err
	}
	status, err := s.Status(ctx, c.Actor)
	return &statusAnswer{statusOut(status)}, err
}
