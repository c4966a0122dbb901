package pack

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/unicode/norm"
)

// MaxSize bounds a pack's file, in bytes.
const MaxSize = 256 << 10

// Problem is one thing that is wrong with a file.
type Problem struct {
	Line int    `json:"line" doc:"0: the file as a whole."`
	Says string `json:"says"`
}

func (p Problem) Error() string {
	if p.Line == 0 {
		return p.Says
	}
	return fmt.Sprintf("line %d: %s", p.Line, p.Says)
}

// Problems are everything that is wrong with a file, in the order of its lines.
func Problems(err error) (all []Problem) {
	if err == nil {
		return nil
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			all = append(all, Problems(e)...)
		}
		return all
	}
	if p := (Problem{}); errors.As(err, &p) {
		return []Problem{p}
	}
	return []Problem{{0, err.Error()}}
}

// Parse reads a pack and says everything that is wrong with it, each with the line.
func Parse(text string) (Pack, error) {
	if len(text) > MaxSize {
		return Pack{}, Problem{0, fmt.Sprintf("the file has %d bytes, more than %d", len(text), MaxSize)}
	}
	var doc map[string]any
	if _, err := toml.Decode(text, &doc); err != nil {
		if p := (toml.ParseError{}); errors.As(err, &p) {
			return Pack{}, Problem{p.Position.Line, firstLine(p.Message, err)}
		}
		return Pack{}, Problem{0, err.Error()}
	}
	r := &reader{lines: indexOf(text)}
	p := r.pack(table{r: r, m: doc, line: 1, used: map[string]bool{}})
	p.Hash = hashOf(text)
	p.rows = r.rowsOf(doc)
	if len(r.bad) > 0 {
		slices.SortStableFunc(r.bad, func(a, b Problem) int { return a.Line - b.Line })
		errs := make([]error, len(r.bad))
		for i, b := range r.bad {
			errs[i] = b
		}
		return Pack{}, errors.Join(errs...)
	}
	return p, nil
}

func firstLine(message string, err error) string {
	if message == "" {
		message = err.Error()
	}
	line, _, _ := strings.Cut(message, "\n")
	return line
}

var (
	codeForm     = regexp.MustCompile(`^(home|[A-Z]{2}|[A-Z][A-Z0-9-]{2,15})$`)
	versionForm  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,31}$`)
	countryForm  = regexp.MustCompile(`^[A-Z]{2}$`)
	currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	nameForm     = regexp.MustCompile(`^[a-z][a-z0-9_.-]{0,63}$`)
	rateForm     = regexp.MustCompile(`^(\d{1,6})/(\d{1,6})$`)
	curfewForm   = regexp.MustCompile(`^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$`)
	bandForm     = regexp.MustCompile(`^\d{1,2}-\d{1,2}$`)
	freeForm     = regexp.MustCompile(`^[^\x00-\x1f]+$`)
)

const zones = "a time zone such as Asia/Shanghai"

func (r *reader) pack(t table) (p Pack) {
	p.Code = t.form("code", codeForm, "home, or capital letters such as CN or EU")
	p.Title, p.TitleZh = t.form("title", freeForm, "a name"), t.form("title_zh", freeForm, "a name in Chinese")
	p.Version = t.form("version", versionForm, "letters, digits, dots and dashes")
	p.Currency = t.form("currency", currencyForm, "a currency such as CNY")
	p.Languages = t.forms("languages", languageForm, "languages such as zh-CN", 1)
	p.Zone = t.form("zone", freeForm, zones)
	var err error
	if p.zone, err = time.LoadLocation(p.Zone); p.Zone != "" && (err != nil || p.Zone == "Local") {
		t.wrong("zone", "%q is not known: want %s", clip(p.Zone), zones)
	}
	p.Basis = t.basis()
	least := 1
	if p.Code == Home {
		least = 0
	}
	p.Territories = t.forms("territories", countryForm, "countries such as CN", least)
	if p.Code == Home && len(p.Territories) > 0 {
		t.wrong("territories", "home is where no country is known: it names none")
	}
	p.Calendar = t.calendar()
	p.Taxes = rows(t, "tax", table.tax)
	p.Definition = rows(t, "definition", func(t table) Definition {
		return Definition{t.basis(), int(t.number("min_episodes", 0, 1000)), int(t.number("max_seconds", 1, 24*3600))}
	})
	p.Tiers = rows(t, "tier", table.tier)
	p.Slots = rows(t, "slot", func(t table) Slot {
		return Slot{t.basis(), t.form("name", nameForm, "a word in small letters"), words[Class](t, "classes", Key, Ordinary, Other, None, ShortVideo), t.kinds(false), t.flag("topics", false)}
	})
	p.Reviews = rows(t, "review", func(t table) Review { return Review{t.basis(), t.flag("three_person", true)} })
	p.Filings = rows(t, "filing", func(t table) Filing {
		return Filing{t.basis(), t.flag("required", true), t.flag("issuer_bound", false)}
	})
	p.Numbers = rows(t, "number", table.numberForm)
	p.Marks = rows(t, "mark", func(t table) Mark {
		return Mark{t.basis(), t.word("what", "head_card", "number", "ai_frame", "ai_metadata", "ad_word", "rating", "ai_disclosure"), t.kinds(false), int(t.optional("seconds", 0, 0, 60))}
	})
	p.Ages = rows(t, "age", func(t table) Age {
		return Age{t.basis(), t.word("counts", "birthday", "day_after"), t.word("minors", "required", "offered")}
	})
	p.Minors = rows(t, "minors", table.minors)
	p.Consents = rows(t, "consent", func(t table) Consent {
		return Consent{t.basis(), t.word("analytics", "on", "ask"), t.word("profiling", "on", "ask")}
	})
	p.Ratings = rows(t, "rating", func(t table) Rating {
		return Rating{t.basis(), t.form("system", freeForm, "a name"), t.forms("codes", freeForm, "codes from the mildest on", 1)}
	})
	p.Retention = rows(t, "retention", func(t table) Retention {
		return Retention{t.basis(), t.form("kind", nameForm, "a word in small letters"), t.period("min", true), t.period("max", false)}
	})
	p.Timers = rows(t, "timer", func(t table) Timer {
		timer := Timer{t.basis(), t.form("key", nameForm, "a key such as cn.takedown.order"), t.period("least", false), t.period("within", false)}
		if t.m["least"] == nil && t.m["within"] == nil {
			t.wrong("key", "want least, within or both")
		}
		return timer
	})
	t.done()
	r.coherent(t, p)
	return p
}

func (t table) tax() Tax {
	tax := Tax{Basis: t.basis(), Name: t.form("name", freeForm, "a name"), Included: t.flag("included", true)}
	if m := rateForm.FindStringSubmatch(t.text("rate", true)); m != nil {
		fmt.Sscan(m[1], &tax.Num)
		fmt.Sscan(m[2], &tax.Den)
	}
	if tax.Den == 0 || tax.Num > tax.Den {
		t.wrong("rate", "want a share such as 6/100")
	}
	return tax
}

func (t table) tier() Tier {
	tier := Tier{
		Basis: t.basis(), ID: t.form("id", nameForm, "a word in small letters"), Kinds: t.kinds(true),
		KeyMin: t.number("key_min", 1, 1<<50), OrdinaryMin: t.optional("ordinary_min", 0, 0, 1<<50),
		Currency: t.form("currency", currencyForm, "a currency such as CNY"),
		Topic:    t.flag("special_topic", false), Promoted: t.flag("promoted", false), Voluntary: t.flag("voluntary", false), Licence: t.flag("licence", false),
	}
	if tier.OrdinaryMin >= tier.KeyMin && tier.KeyMin > 0 {
		t.wrong("ordinary_min", "%d is not less than key_min %d", tier.OrdinaryMin, tier.KeyMin)
	}
	return tier
}

func (t table) numberForm() Number {
	n := Number{Basis: t.basis(), Kind: t.word("kind", "licence", "plan", "online", "platform"), Issuer: t.form("issuer", freeForm, "whoever gives the number"),
		Pattern: t.form("pattern", freeForm, "a regular expression"), Example: t.form("example", freeForm, "a number of this form"), Wrong: t.text("wrong", false)}
	if n.Pattern == "" {
		return n
	}
	if !strings.HasPrefix(n.Pattern, "^") || !strings.HasSuffix(n.Pattern, "$") {
		t.wrong("pattern", "want ^ at the beginning and $ at the end, or part of a text would do")
	}
	var err error
	if n.form, err = regexp.Compile(n.Pattern); err != nil {
		t.wrong("pattern", "is no regular expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		return n
	}
	if n.Example != "" && !n.Fits(norm.NFKC.String(n.Example)) {
		t.wrong("example", "%q does not have the form of pattern", clip(n.Example))
	}
	if n.Wrong != "" && n.Fits(norm.NFKC.String(n.Wrong)) {
		t.wrong("wrong", "%q has the form of pattern", clip(n.Wrong))
	}
	return n
}

func (t table) minors() Minors {
	m := Minors{
		Basis: t.basis(), Bands: t.forms("bands", bandForm, "age bands such as 8-12", 1),
		Daily: int(t.number("daily", 0, 1440)), Longest: int(t.number("longest", 0, 1440)), Curfew: t.text("curfew", false),
		Break: int(t.optional("break", 0, 0, 1440)), Rest: int(t.optional("rest", 0, 0, 1440)), Forgotten: int(t.optional("forgotten", 24, 0, 720)),
		Currency: t.text("currency", false), Payment: t.optional("payment", 0, 0, 1<<40), Month: t.optional("month", 0, 0, 1<<40),
	}
	if !curfewForm.MatchString(m.Curfew) {
		t.wrong("curfew", "%q: want hours such as 22:00-06:00, or nothing", clip(m.Curfew))
	}
	if m.Daily > m.Longest {
		t.wrong("daily", "%d is more than longest %d", m.Daily, m.Longest)
	}
	if m.Currency != "" && !currencyForm.MatchString(m.Currency) {
		t.wrong("currency", "%q: want a currency such as CNY", clip(m.Currency))
	}
	if m.Payment > m.Month {
		t.wrong("payment", "%d is more than month %d", m.Payment, m.Month)
	}
	return m
}

func (t table) calendar() Calendar {
	c, ok := t.table("calendar")
	if !ok {
		return Calendar{}
	}
	defer c.done()
	out := Calendar{Weekend: c.list("weekend"), Source: c.form("source", freeForm, "where it comes from"), Verified: c.flag("verified", true)}
	for _, day := range out.Weekend {
		if !slices.Contains([]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}, day) {
			c.wrong("weekend", "%q: want Mon, Tue, Wed, Thu, Fri, Sat or Sun", clip(day))
		}
	}
	if len(out.Weekend) == 7 {
		c.wrong("weekend", "some day has to be worked")
	}
	for key, days := range map[string]*[]Day{"holidays": &out.Holidays, "workdays": &out.Workdays} {
		for _, text := range c.list(key) {
			*days = append(*days, c.aDay(key, text))
		}
	}
	if text := c.text("known_until", false); text != "" {
		out.Known = c.aDay("known_until", text)
	}
	return out
}

// coherent says what is wrong between rows.
func (r *reader) coherent(t table, p Pack) {
	if p.Code == "" {
		return
	}
	seen := map[string]bool{}
	for _, c := range p.Territories {
		if seen[c] {
			t.wrong("territories", "%s stands there twice", c)
		}
		seen[c] = true
	}
	if len(p.Reviews) == 0 {
		t.wrong("code", "no [[review]] says how many people judge a work")
	}
	if len(p.Filings) > 0 && p.Filings[len(p.Filings)-1].Required && len(p.Numbers) == 0 {
		t.wrong("code", "a number is required, and no [[number]] says which form it has")
	}
	if p.Code == "CN" || slices.Contains(p.Territories, "CN") { // see Classify
		const since Day = "2026-07-01"
		if !slices.ContainsFunc(p.Tiers, func(t Tier) bool {
			return t.From <= since && slices.Contains(t.Kinds, AI) && !slices.Contains(t.Kinds, Live)
		}) {
			t.wrong("territories", "from %s on, AI dramas have a scale of their own in CN: a [[tier]] with kinds = [\"ai\"] is missing", since)
		}
	}
}
