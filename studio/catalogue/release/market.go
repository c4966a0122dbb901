package release

import (
	"fmt"
	"strings"
	"time"

	"cliffhanger/internal/kernel/fault"
)

// Home is the market a drama's first plan is for: everyone is in it whose market
// has no plan of its own, or is not known.
const Home = "home"

// MostMarkets bounds how many markets may have a plan of their own.
const MostMarkets = 50

// Market is the plan of a market that does not follow home's.
type Market struct {
	Code string `json:"market" maxLength:"16" doc:"ISO 3166-1 alpha-2, such as US."`
	Plan
	Zone string `json:"time_zone,omitempty" maxLength:"64" doc:"The zone whose calendar days a daily release counts, such as America/New_York."`
}

// countries are the codes of ISO 3166-1 alpha-2 that are assigned.
const countries = ` AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ
 BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
 CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ
 EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY
 HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ
 LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ
 NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
 SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ
 TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW `

func isCountry(code string) bool {
	return len(code) == 2 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" && strings.Contains(countries, " "+code)
}

// CleanMarkets answers the markets in the form that is kept and adds to bad what
// is wrong with them; path is what the list is called.
func CleanMarkets(in []Market, path string, bad *[]fault.Field) []Market {
	wrong := func(at, code, msg string) { *bad = append(*bad, fault.Field{Path: at, Code: code, Msg: msg}) }
	if len(in) > MostMarkets {
		wrong(path, "too_many", fmt.Sprintf("has more than %d markets", MostMarkets))
		return nil
	}
	var out []Market
	seen := map[string]bool{}
	for i, m := range in {
		at := fmt.Sprintf("%s[%d]", path, i)
		m.Code = strings.ToUpper(strings.TrimSpace(m.Code))
		switch {
		case !isCountry(m.Code):
			wrong(at+".market", "market_unknown", "is not the two-letter code of a country, such as US")
		case seen[m.Code]:
			wrong(at+".market", "market_twice", "has a plan already: a market has one")
		}
		seen[m.Code] = true
		if err := m.Check(); err != nil {
			wrong(at, "release_impossible", err.Error())
		}
		m.Plan = m.Tidy()
		if m.Mode == All {
			m.Zone = ""
		} else if _, err := m.location(); err != nil {
			wrong(at+".time_zone", "time_zone_unknown", "is not a time zone such as America/New_York, whose days the release counts")
		}
		out = append(out, m)
	}
	return out
}

// location is the zone of a daily release; all at once needs none.
func (m Market) location() (*time.Location, error) {
	if m.Mode == Daily && (m.Zone == "" || m.Zone == "Local") {
		return nil, fmt.Errorf("release in %s: time zone %q is not a place's", m.Code, m.Zone)
	}
	return time.LoadLocation(m.Zone)
}

// Timetable answers, for Home and every market that has or had times of its own,
// one time per slot, as Schedule does; zero: as at home. What was released in a
// market stays so, by whichever plan it was, and a market that lost its plan
// keeps only that.
func Timetable(home Plan, markets []Market, slots []Slot, start, now time.Time, zone *time.Location) (map[string][]time.Time, error) {
	table := map[string][]time.Time{Home: Schedule(home, slots, start, now, zone)}
	for _, m := range markets {
		own := make([]Slot, len(slots))
		for i, s := range slots {
			own[i] = Slot{Number: s.Number, At: In(m.Code, s.At, s.Elsewhere)}
		}
		days, err := m.location()
		if err != nil {
			return nil, err
		}
		table[m.Code] = Schedule(m.Plan, own, start, now, days)
	}
	former := map[string][]time.Time{}
	for i, s := range slots {
		for market, at := range s.Elsewhere {
			if table[market] != nil {
				continue
			}
			if former[market] == nil {
				former[market] = make([]time.Time, len(slots))
			}
			if !at.After(now) {
				former[market][i] = at
			}
		}
	}
	for market, times := range former {
		table[market] = times
	}
	return table, nil
}

// In answers when something is released in a market: at its own time there, or
// else as at home.
func In(market string, home time.Time, elsewhere map[string]time.Time) time.Time {
	if at, ok := elsewhere[market]; ok {
		return at
	}
	return home
}
