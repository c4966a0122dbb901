package pack_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	. "cliffhanger/trust/market/pack"
)

func packOf(t testing.TB, code string) Pack {
	t.Helper()
	for _, p := range Builtin() {
		if p.Code == code {
			return p
		}
	}
	t.Fatalf("there is no pack %s", code)
	return Pack{}
}

// yuan are in fen.
func yuan(n int64) int64 { return n * 100 }

// The days stand in the middle of what each of China's rules was in force.
var chinaDays = []Day{"2023-01-01", "2024-09-01", "2025-06-01", "2026-03-01", "2026-08-01"}

// Twenty titles, and their class on those days as somebody read it from the rules:
//
//	2022-06-01  1 million and more, promoted, first screen or voluntary: licence (关于国产网络剧片发行许可服务管理有关事项的通知); it knows no other class
//	2024-06-01  key from 1 million, ordinary from 300,000 (微短剧备案最新工作提示)
//	2025-02-05  the same amounts; special topic, promoted or voluntary is key (关于进一步统筹发展和安全促进网络微短剧行业健康繁荣发展的通知)
//	2026-01-01  key from 3 million or special topic, ordinary from 1 million
//	2026-07-01  AI: key from 800,000 or special topic, ordinary from 300,000
//
// Home, the European Economic Area, the United States and Singapore know no classes.
var specimens = []struct {
	title string
	facts Facts
	china [5]Class
}{
	{"豪门弃妇的逆袭", Facts{Kind: Live, Invested: yuan(500_000)}, [5]Class{None, Ordinary, Ordinary, Other, Other}},
	{"一分钱的爱情", Facts{Kind: Live, Invested: yuan(300_000) - 1}, [5]Class{None, Other, Other, Other, Other}},
	{"三十万整", Facts{Kind: Live, Invested: yuan(300_000)}, [5]Class{None, Ordinary, Ordinary, Other, Other}},
	{"百万新娘", Facts{Kind: Live, Invested: yuan(1_000_000)}, [5]Class{Key, Key, Key, Ordinary, Ordinary}},
	{"差一分百万", Facts{Kind: Live, Invested: yuan(1_000_000) - 1}, [5]Class{None, Ordinary, Ordinary, Other, Other}},
	{"长安三百万", Facts{Kind: Live, Invested: yuan(3_000_000)}, [5]Class{Key, Key, Key, Key, Key}},
	{"差一分三百万", Facts{Kind: Live, Invested: yuan(3_000_000) - 1}, [5]Class{Key, Key, Key, Ordinary, Ordinary}},
	{"小镇法官", Facts{Kind: Live, Invested: yuan(100_000), Topics: []string{"judiciary"}}, [5]Class{None, Other, Key, Key, Key}},
	{"首屏之恋", Facts{Kind: Live, Invested: yuan(100_000), Promoted: true}, [5]Class{Key, Other, Key, Other, Other}},
	{"自愿的礼物", Facts{Kind: Live, Invested: yuan(200_000), Voluntary: true}, [5]Class{Key, Other, Key, Other, Other}},
	{"机器人之心", Facts{Kind: AI, Invested: yuan(800_000)}, [5]Class{None, Ordinary, Ordinary, Other, Key}},
	{"像素江湖", Facts{Kind: AI, Invested: yuan(800_000) - 1}, [5]Class{None, Ordinary, Ordinary, Other, Ordinary}},
	{"云上人家", Facts{Kind: AI, Invested: yuan(300_000)}, [5]Class{None, Ordinary, Ordinary, Other, Ordinary}},
	{"夜行算法", Facts{Kind: AI, Invested: yuan(290_000)}, [5]Class{None, Other, Other, Other, Other}},
	{"山寺的钟", Facts{Kind: AI, Invested: yuan(50_000), Topics: []string{"religion"}}, [5]Class{None, Other, Key, Key, Key}},
	{"神经网络帝国", Facts{Kind: AI, Invested: yuan(2_500_000)}, [5]Class{Key, Key, Key, Ordinary, Key}},
	{"纸灯笼", Facts{Kind: Animated, Invested: yuan(800_000)}, [5]Class{None, Ordinary, Ordinary, Other, Other}},
	{"剪影武侠", Facts{Kind: Animated, Invested: yuan(1_200_000)}, [5]Class{Key, Key, Key, Ordinary, Ordinary}},
	{"上下两集", Facts{Kind: Live, Invested: yuan(5_000_000), Episodes: 2}, [5]Class{ShortVideo, ShortVideo, ShortVideo, ShortVideo, ShortVideo}},
	{"长片一集二十五分钟", Facts{Kind: Live, Invested: yuan(2_000_000), Longest: 25 * 60}, [5]Class{ShortVideo, ShortVideo, ShortVideo, ShortVideo, ShortVideo}},
}

func TestTheClassesOfTwentyTitles(t *testing.T) {
	t.Parallel()
	if len(specimens) != 20 {
		t.Fatalf("%d titles", len(specimens))
	}
	for _, s := range specimens {
		f := s.facts
		f.Currency = "CNY"
		if f.Episodes == 0 {
			f.Episodes = 60
		}
		if f.Longest == 0 {
			f.Longest = 100
		}
		for i, day := range chinaDays {
			r := Classify(packOf(t, "CN"), f, day)
			if r.Class != s.china[i] {
				t.Errorf("%s under CN on %s: %s by %q because of %v, want %s", s.title, day, r.Class, r.Rule, r.Why, s.china[i])
			}
			if wantsMinistry := len(f.Topics) > 0 && day >= "2025-02-05"; r.CoReview != wantsMinistry || wantsMinistry != slices.Contains(r.Slots, "co_review") {
				t.Errorf("%s on %s: reviewed with a ministry %v, proofs %v", s.title, day, r.CoReview, r.Slots)
			}
		}
		for _, code := range []string{"home", "EU", "US", "SG"} {
			if r := Classify(packOf(t, code), f, "2026-08-01"); r.Class != None || r.CoReview || r.Rule != "" {
				t.Errorf("%s under %s: %+v, want none", s.title, code, r)
			}
		}
	}
}

func TestWhichRuleDecidesAndWhichProofsItWants(t *testing.T) {
	t.Parallel()
	china := packOf(t, "CN")
	for name, c := range map[string]struct {
		facts Facts
		on    Day
		class Class
		rule  string
		slots []string
	}{
		"the last day of a rule": {Facts{Kind: AI, Invested: yuan(800_000), Currency: "CNY"}, "2026-06-30", Other, "cn-2026-01",
			[]string{"ai_usage", "cast_pay_pledge", "chain_of_title", "cost_report", "platform_review"}},
		"the first day of the next": {Facts{Kind: AI, Invested: yuan(800_000), Currency: "CNY"}, "2026-07-01", Key, "cn-ai-2026-07",
			[]string{"ai_usage", "cast_pay_pledge", "chain_of_title", "cost_report", "finished_film_review", "licence", "plan_filing", "production_licence"}},
		"live action keeps its scale": {Facts{Kind: Live, Invested: yuan(800_000), Currency: "CNY"}, "2026-07-01", Other, "cn-2026-01",
			[]string{"cast_pay_pledge", "chain_of_title", "cost_report", "platform_review"}},
		"before there were rules":         {Facts{Kind: Live, Invested: yuan(9_000_000), Currency: "CNY"}, "2022-05-31", None, "", nil},
		"an amount that is not known":     {Facts{Kind: Live}, "2026-03-01", Undecided, "cn-2026-01", []string{"chain_of_title"}},
		"an amount in another currency":   {Facts{Kind: Live, Invested: 5, Currency: "USD"}, "2026-03-01", Undecided, "cn-2026-01", []string{"chain_of_title"}},
		"a negative amount":               {Facts{Kind: Live, Invested: -1, Currency: "CNY"}, "2026-03-01", Undecided, "cn-2026-01", []string{"chain_of_title"}},
		"a topic decides without amounts": {Facts{Kind: Live, Topics: []string{"military"}}, "2026-03-01", Key, "cn-2026-01", []string{"cast_pay_pledge", "chain_of_title", "co_review", "cost_report", "finished_film_review", "licence", "plan_filing", "production_licence"}},
		"a topic nobody has heard of":     {Facts{Kind: Live, Invested: 1, Currency: "CNY", Topics: []string{"dragons"}}, "2026-03-01", Key, "cn-2026-01", []string{"cast_pay_pledge", "chain_of_title", "co_review", "cost_report", "finished_film_review", "licence", "plan_filing", "production_licence"}},
	} {
		r := Classify(china, c.facts, c.on)
		if r.Class != c.class || r.Rule != c.rule || !slices.Equal(r.Slots, c.slots) {
			t.Errorf("%s: %s by %q with %v because of %v", name, r.Class, r.Rule, r.Slots, r.Why)
		}
		if r.Version != china.Version || r.Hash != china.Hash {
			t.Errorf("%s: does not say which file decided", name)
		}
	}
}

func TestTheRuleDayIsThatOfThePlan(t *testing.T) {
	t.Parallel()
	f := Facts{}
	if f.RuleDay("2026-08-01") != "2026-08-01" {
		t.Error("today")
	}
	if f.Submitted = "2026-05-01"; f.RuleDay("2026-08-01") != "2026-05-01" {
		t.Error("the first submission")
	}
	if f.Filed = "2025-12-31"; f.RuleDay("2026-08-01") != "2025-12-31" {
		t.Error("the plan")
	}
}

// somePack draws rules over three years, with scales for some kinds alone.
func somePack(t *rapid.T) Pack {
	p := Pack{Code: "CN"}
	for i := range rapid.IntRange(1, 8).Draw(t, "rules") {
		key := rapid.Int64Range(2, 1000).Draw(t, "key")
		tier := Tier{
			Basis: Basis{From: someDay(t, "from")}, ID: string(rune('a' + i)), KeyMin: key, OrdinaryMin: rapid.Int64Range(0, key-1).Draw(t, "ordinary"), Currency: "CNY",
			Kinds: rapid.SampledFrom([][]Kind{{Live, AI, Animated}, {AI}, {Animated}, {Live}, {AI, Animated}}).Draw(t, "kinds"),
			Topic: rapid.Bool().Draw(t, "topic"), Promoted: rapid.Bool().Draw(t, "promoted"),
		}
		if rapid.Bool().Draw(t, "ends") {
			tier.Until = tier.From.Plus(rapid.IntRange(1, 900).Draw(t, "length"))
		}
		p.Tiers = append(p.Tiers, tier)
	}
	return p
}

func someDay(t *rapid.T, name string) Day {
	return Day("2025-01-01").Plus(rapid.IntRange(0, 1000).Draw(t, name))
}

func someFacts(t *rapid.T) Facts {
	return Facts{
		Kind: rapid.SampledFrom([]Kind{Live, AI, Animated}).Draw(t, "kind"), Invested: rapid.Int64Range(0, 1200).Draw(t, "invested"), Currency: "CNY",
		Promoted: rapid.Bool().Draw(t, "isPromoted"), Topics: rapid.SampledFrom([][]string{nil, {"military"}}).Draw(t, "topics"),
	}
}

func TestMoreMoneyNeverMakesADramaMilder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, f, on := somePack(t), someFacts(t), someDay(t, "on")
		before := Classify(p, f, on)
		f.Invested += rapid.Int64Range(0, 1200).Draw(t, "more")
		if after := Classify(p, f, on); Stricter(before.Class, after.Class) || after.Rule != before.Rule {
			t.Fatalf("%+v became %+v", before, after)
		}
	})
}

func TestARuleNotInForceNeverDecides(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, f, on := somePack(t), someFacts(t), someDay(t, "on")
		r := Classify(p, f, on)
		for _, rule := range p.Tiers {
			if rule.ID == r.Rule && (!rule.Holds(on) || !slices.Contains(rule.Kinds, f.Kind)) {
				t.Fatalf("%+v decided on %s", rule, on)
			}
		}
		// what was not in force that day changes nothing
		in := p
		in.Tiers = slices.DeleteFunc(slices.Clone(p.Tiers), func(t Tier) bool { return t.From > on })
		if again := Classify(in, f, on); again.Class != r.Class || again.Rule != r.Rule {
			t.Fatalf("%+v without later rules is %+v", r, again)
		}
	})
}

// Under no pack at all may a drama that has a scale of its own be decided by one
// that speaks of live action.
func TestNoAIDramaIsClassifiedByTheScaleOfLiveAction(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, f, on := somePack(t), someFacts(t), someDay(t, "on")
		if f.Kind = AI; rapid.Bool().Draw(t, "china") {
			p.Tiers = append(p.Tiers, packOf(&testing.T{}, "CN").Tiers...)
		}
		since := Day("9999-12-31")
		for _, rule := range p.Tiers {
			if slices.Contains(rule.Kinds, AI) && !slices.Contains(rule.Kinds, Live) {
				since = min(since, rule.From)
			}
		}
		r := Classify(p, f, on)
		for _, rule := range p.Tiers {
			if rule.ID == r.Rule && slices.Contains(rule.Kinds, Live) && on >= since {
				t.Fatalf("on %s, though AI has a scale of its own since %s, %+v decided", on, since, rule)
			}
		}
	})
}
