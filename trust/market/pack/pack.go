package pack

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones of markets must load on a machine without zone files
)

// Home is the code of the pack of a node that says nothing else.
const Home = "home"

// Day is a day of the calendar, "2026-07-01"; days compare as they are written. ""
// is no day.
type Day string

// DayOf is the day a moment lies on where it is said.
func DayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// time is the day's noon in UTC, for arithmetic.
func (d Day) time() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}

// Plus is the day so many days later.
func (d Day) Plus(days int) Day { return DayOf(d.time().AddDate(0, 0, days)) }

// Basis is since when a row holds, and why.
type Basis struct {
	From      Day    `json:"from"`
	Until     Day    `json:"until,omitempty" doc:"The first day on which it holds no more."`
	Authority string `json:"authority,omitempty"`
	Source    string `json:"source"`
	Verified  bool   `json:"verified" doc:"Whether somebody checked it against the original text."`
}

// Holds reports whether the row is in force on a day.
func (b Basis) Holds(on Day) bool { return b.From <= on && (b.Until == "" || on < b.Until) }

func (b Basis) basis() Basis { return b }

// Pack is what holds in a market.
type Pack struct {
	Code        string   `json:"code"`
	Title       string   `json:"title"`
	TitleZh     string   `json:"title_zh"`
	Version     string   `json:"version"`
	Territories []string `json:"territories" doc:"ISO 3166-1 alpha-2; of home: none."`
	Currency    string   `json:"currency" doc:"ISO 4217"`
	Languages   []string `json:"languages"`
	Zone        string   `json:"zone"`
	Basis

	Calendar   Calendar     `json:"calendar"`
	Taxes      []Tax        `json:"taxes"`
	Definition []Definition `json:"definitions"`
	Tiers      []Tier       `json:"tiers"`
	Slots      []Slot       `json:"slots"`
	Reviews    []Review     `json:"reviews"`
	Filings    []Filing     `json:"filings"`
	Numbers    []Number     `json:"numbers"`
	Marks      []Mark       `json:"marks"`
	Ages       []Age        `json:"ages"`
	Minors     []Minors     `json:"minors"`
	Consents   []Consent    `json:"consents"`
	Ratings    []Rating     `json:"ratings"`
	Retention  []Retention  `json:"retention"`
	Timers     []Timer      `json:"timers"`

	Hash string `json:"hash" doc:"SHA-256 of the file."`

	zone *time.Location
	rows map[string]map[string]map[string]string // section → key → field → value
}

// Calendar says which days are business days.
type Calendar struct {
	Weekend  []string `json:"weekend"`
	Holidays []Day    `json:"holidays"`
	Workdays []Day    `json:"workdays" doc:"Days of a weekend that are worked."`
	Known    Day      `json:"known_until,omitempty" doc:"Up to which day the holidays are known."`
	Source   string   `json:"source"`
	Verified bool     `json:"verified"`
}

// Tax is a share of what a viewer pays.
type Tax struct {
	Basis
	Name     string `json:"name"`
	Num      int64  `json:"num"`
	Den      int64  `json:"den"`
	Included bool   `json:"included" doc:"Whether shown prices include it."`
}

// Definition bounds what counts as a short drama.
type Definition struct {
	Basis
	MinEpisodes int `json:"min_episodes"`
	MaxSeconds  int `json:"max_seconds" doc:"Of one episode."`
}

// Slot is a proof that has to be there.
type Slot struct {
	Basis
	Name    string  `json:"name"`
	Classes []Class `json:"classes" doc:"For which classes; none: for every one."`
	Kinds   []Kind  `json:"kinds" doc:"For which kinds; none: for every one."`
	Topics  bool    `json:"topics" doc:"Only where a special topic is touched."`
}

// Review says how many people judge a work.
type Review struct {
	Basis
	ThreePerson bool `json:"three_person" doc:"Three stages by three people; else one."`
}

// Filing says whether a work needs a number before it is shown.
type Filing struct {
	Basis
	Required    bool `json:"required"`
	IssuerBound bool `json:"issuer_bound" doc:"A number holds only where its issuer is."`
}

// Number is the form of the numbers of an issuer.
type Number struct {
	Basis
	Kind    string `json:"kind" enum:"licence,plan,online,platform"`
	Issuer  string `json:"issuer"`
	Pattern string `json:"pattern" doc:"Of the number in half-width characters."`
	Example string `json:"example"`
	Wrong   string `json:"wrong,omitempty" doc:"A text that looks like one and is none."`
	form    *regexp.Regexp
}

// Fits reports whether a number, in half-width characters, has the form.
func (n Number) Fits(number string) bool { return n.form != nil && n.form.MatchString(number) }

// Mark is what has to be seen or to be in the file.
type Mark struct {
	Basis
	What    string `json:"what" enum:"head_card,number,ai_frame,ai_metadata,ad_word,rating,ai_disclosure"`
	Kinds   []Kind `json:"kinds"`
	Seconds int    `json:"seconds,omitempty"`
}

// Age says how age is counted, and what follows from being a minor.
type Age struct {
	Basis
	Counts string `json:"counts" enum:"birthday,day_after"`
	Minors string `json:"minors" enum:"required,offered"`
}

// Minors is what holds for age bands in minors' mode.
type Minors struct {
	Basis
	Bands     []string `json:"bands"`
	Daily     int      `json:"daily" doc:"Minutes a day."`
	Longest   int      `json:"longest" doc:"Minutes a day as a guardian may lengthen it."`
	Curfew    string   `json:"curfew"`
	Break     int      `json:"break" doc:"Minutes after which a rest is asked for."`
	Rest      int      `json:"rest"`
	Forgotten int      `json:"forgotten" doc:"Hours before the mode ends without its PIN."`
	Currency  string   `json:"currency,omitempty"`
	Payment   int64    `json:"payment" doc:"Most of one payment, in minor units."`
	Month     int64    `json:"month"`
}

// Consent says what holds for who has not chosen.
type Consent struct {
	Basis
	Analytics string `json:"analytics" enum:"on,ask"`
	Profiling string `json:"profiling" enum:"on,ask"`
}

// Rating is a system of age ratings, its codes from the mildest on.
type Rating struct {
	Basis
	System string   `json:"system"`
	Codes  []string `json:"codes"`
}

// Strictest is what a work without a rating counts as.
func (r Rating) Strictest() string { return r.Codes[len(r.Codes)-1] }

// Retention is how long something has to be kept.
type Retention struct {
	Basis
	Kind string `json:"kind"`
	Min  Period `json:"min"`
	Max  Period `json:"max,omitzero"`
}

// Timer is how long something may take, or must.
type Timer struct {
	Basis
	Key    string `json:"key"`
	Least  Period `json:"least,omitzero"`
	Within Period `json:"within,omitzero"`
}

// Covers reports whether the pack speaks for a country.
func (p Pack) Covers(country string) bool { return slices.Contains(p.Territories, country) }

// Day is the day of a moment in the pack's time zone.
func (p Pack) Day(at time.Time) Day {
	if p.zone == nil {
		return DayOf(at.UTC())
	}
	return DayOf(at.In(p.zone))
}

// Start is the moment at which a day begins in the pack's time zone.
func (p Pack) Start(d Day) time.Time {
	zone := p.zone
	if zone == nil {
		zone = time.UTC
	}
	t, _ := time.ParseInLocation(time.DateOnly, string(d), zone)
	return t
}

// Held is the row in force on a day: of those that hold the one that began last,
// and of those the last in the file.
func Held[R interface{ basis() Basis }](rows []R, on Day) (held R, ok bool) {
	for _, r := range rows {
		if b := r.basis(); b.Holds(on) && (!ok || b.From >= held.basis().From) {
			held, ok = r, true
		}
	}
	return held, ok
}

// Business reports whether offices work on a day.
func (c Calendar) Business(d Day) bool {
	if slices.Contains(c.Workdays, d) {
		return true
	}
	return !slices.Contains(c.Weekend, d.time().Weekday().String()[:3]) && !slices.Contains(c.Holidays, d)
}

// mostIdle bounds the search for a business day; no calendar rests that long.
const mostIdle = 366

// After is the n-th business day after a day.
func (c Calendar) After(d Day, n int) Day {
	for idle := 0; n > 0 && idle < mostIdle; {
		if d = d.Plus(1); c.Business(d) {
			n, idle = n-1, 0
		} else {
			idle++
		}
	}
	return d
}

// hashOf is the SHA-256 of a text, in hex.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// For is the pack that speaks for a market: the one that names it, or home.
func For(packs []Pack, market string) (Pack, bool) {
	if i := slices.IndexFunc(packs, func(p Pack) bool { return market != "" && p.Covers(market) }); i >= 0 {
		return packs[i], true
	}
	i := slices.IndexFunc(packs, func(p Pack) bool { return p.Code == Home })
	if i < 0 {
		return Pack{}, false
	}
	return packs[i], true
}

// Name is the file name of a pack of that code.
func Name(code string) string { return strings.ToLower(code) + ".toml" }
