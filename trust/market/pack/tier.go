package pack

import "slices"

// Kind is how a drama is made.
type Kind string

const (
	Live     Kind = "live"
	AI       Kind = "ai"
	Animated Kind = "animated"
)

// Class is who has to judge a drama, by what was spent on it and what it is about.
type Class string

const (
	Key        Class = "key"         // 重点
	Ordinary   Class = "ordinary"    // 普通
	Other      Class = "other"       // 其他
	None       Class = "none"        // no rule puts it into a class
	ShortVideo Class = "short_video" // it is no short drama by the rule's definition
	Undecided  Class = "undecided"   // what the rule asks for is not known
)

// rankOf orders the classes of a rule from the mildest on.
var rankOf = map[Class]int{None: 0, Other: 1, Ordinary: 2, Key: 3}

// Stricter reports whether a asks for more than b.
func Stricter(a, b Class) bool { return rankOf[a] > rankOf[b] }

// Topics are the special ones.
// Source: 国家广播电视总局 notice on tiered review, in force 2025-02-05.
var Topics = []string{"politics", "military", "diplomacy", "national_security", "united_front", "ethnic", "religion", "judiciary", "public_security"}

// Tier is a rule that puts dramas into classes.
type Tier struct {
	Basis
	ID          string `json:"id"`
	Kinds       []Kind `json:"kinds"`
	KeyMin      int64  `json:"key_min" doc:"In minor units."`
	OrdinaryMin int64  `json:"ordinary_min" doc:"0: the rule knows no other class than key."`
	Currency    string `json:"currency"`
	Topic       bool   `json:"special_topic" doc:"A special topic makes a drama a key one, reviewed together with the ministry concerned."`
	Promoted    bool   `json:"promoted" doc:"Being promoted, or shown on a first screen, makes it a key one."`
	Voluntary   bool   `json:"voluntary" doc:"Its maker may ask for it to be a key one."`
	Licence     bool   `json:"licence" doc:"A key drama needs a licence of its own."`
}

// Facts are what is known of a drama.
type Facts struct {
	Kind      Kind
	Invested  int64  // in minor units
	Currency  string // "": what was spent is not known
	Topics    []string
	Promoted  bool // by a platform, or on a first screen
	Voluntary bool
	Episodes  int
	Longest   int // seconds of the longest episode
	Filed     Day // its plan
	Submitted Day // for the first time
}

// RuleDay is the day whose rules classify a drama: that of the filing of its plan,
// else that of its first submission, else today.
func (f Facts) RuleDay(today Day) Day {
	if f.Filed != "" {
		return f.Filed
	}
	if f.Submitted != "" {
		return f.Submitted
	}
	return today
}

// Ruling is a class and how it came about.
type Ruling struct {
	Class    Class
	Rule     string // the Tier's ID; "": none decided
	Pack     string // its code
	Version  string
	Hash     string
	Verified bool
	CoReview bool     // the ministry concerned reviews too
	Licence  bool     // it needs a licence of its own
	Slots    []string // the proofs that have to be there
	Why      []string // invested, special_topic, promoted, voluntary, no_rule, amount_unknown, currency, definition
}

// Classify puts a drama into a class by the rules in force on a day. A rule not in
// force never decides, and from the first day on which a kind has a scale
// of its own, no rule that speaks of live action decides a drama of that kind, even
// where its own has ended. What a rule has to know and does not makes the class Undecided.
func Classify(p Pack, f Facts, on Day) Ruling {
	r := Ruling{Class: None, Pack: p.Code, Version: p.Version, Hash: p.Hash, Verified: true}
	if d, ok := Held(p.Definition, on); ok && (f.Longest > d.MaxSeconds || f.Episodes > 0 && f.Episodes < d.MinEpisodes) {
		r.Class, r.Why, r.Verified = ShortVideo, []string{"definition"}, d.Verified
		return p.withSlots(r, f, on)
	}
	rule, found, own := p.tier(f.Kind, on)
	switch {
	case found:
		r.Rule, r.Verified = rule.ID, rule.Verified
		r.Class, r.Why = rule.class(f)
		r.CoReview = rule.Topic && special(f)
		r.Licence = rule.Licence && r.Class == Key
	case own: // it had a scale of its own, and no other may take its place
		r.Class, r.Why = Undecided, []string{"no_rule"}
	default:
		r.Why = []string{"no_rule"}
	}
	return p.withSlots(r, f, on)
}

// tier is the rule that decides a kind on a day, and whether the kind has, or had,
// a scale of its own by then.
func (p Pack) tier(k Kind, on Day) (_ Tier, found, own bool) {
	var rules []Tier
	for _, t := range p.Tiers {
		if !slices.Contains(t.Kinds, k) {
			continue
		}
		if k != Live && t.From <= on && !slices.Contains(t.Kinds, Live) {
			if !own {
				own, rules = true, nil
			}
			rules = append(rules, t)
		} else if !own {
			rules = append(rules, t)
		}
	}
	rule, found := Held(rules, on)
	return rule, found, own
}

// class applies one rule.
func (t Tier) class(f Facts) (Class, []string) {
	var why []string
	for _, c := range []struct {
		met  bool
		word string
	}{
		{t.Topic && special(f), "special_topic"}, {t.Promoted && f.Promoted, "promoted"}, {t.Voluntary && f.Voluntary, "voluntary"},
		{f.Currency == t.Currency && f.Invested >= t.KeyMin, "invested"},
	} {
		if c.met {
			why = append(why, c.word)
		}
	}
	switch {
	case len(why) > 0:
		return Key, why
	case f.Currency == "" || f.Invested < 0:
		return Undecided, []string{"amount_unknown"}
	case f.Currency != t.Currency:
		return Undecided, []string{"currency"}
	case t.OrdinaryMin == 0:
		return None, []string{"invested"}
	case f.Invested >= t.OrdinaryMin:
		return Ordinary, []string{"invested"}
	}
	return Other, []string{"invested"}
}

// special reports whether a drama touches a special topic. A word that is none of
// Topics counts too: what nobody knows is not let through.
func special(f Facts) bool { return len(f.Topics) > 0 }

func (p Pack) withSlots(r Ruling, f Facts, on Day) Ruling {
	for _, s := range p.Slots {
		if s.Holds(on) && (len(s.Classes) == 0 || slices.Contains(s.Classes, r.Class)) && (len(s.Kinds) == 0 || slices.Contains(s.Kinds, f.Kind)) &&
			(!s.Topics || r.CoReview) && !slices.Contains(r.Slots, s.Name) {
			r.Slots = append(r.Slots, s.Name)
		}
	}
	slices.Sort(r.Slots)
	return r
}
