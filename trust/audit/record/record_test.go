package record_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"cliffhanger/event"
	"cliffhanger/trust/audit/record"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 123_456_789, time.UTC)

func full() record.Entry {
	return record.Of(7, noon, "fct_1", "review.case_closed", event.Record{
		Org: "org_1", By: event.Doer{Staff: "stf_1", Roles: "operator reviewer"}, Object: event.Object{Type: "version", ID: "ver_1", Version: "3"}, Drama: "drm_1",
		Hashes: []string{strings.Repeat("a1", 32)}, From: "first", To: "second", Reasons: []string{"cn.violence"}, Times: []string{"00:01:02.500"},
		Rules: []string{"cn.2026-07"}, Tier: "cn.tier.2", Filing: "(广)剧审字(2026)第001号", Request: "req_1", Device: "d1", Cert: "c1",
	}, nil)
}

func TestAnEntryHasOneSequenceOfBytes(t *testing.T) {
	t.Parallel()
	got, err := full().Encode()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"seq":7,"at":"2026-03-01T12:00:00.123456Z","fact":"fct_1","act":"review.case_closed","org":"org_1","actor_id":"stf_1",` +
		`"actor_roles":["operator","reviewer"],"actor_cert_fpr":"c1","object":{"type":"version","id":"ver_1","version":"3"},"drama":"drm_1",` +
		`"content_hashes":["` + strings.Repeat("a1", 32) + `"],"from":"first","to":"second","reason_codes":["cn.violence"],"timecodes":["00:01:02.500"],` +
		`"policy_rule_ids":["cn.2026-07"],"tier_rule_id":"cn.tier.2","filing_no":"(广)剧审字(2026)第001号","device_hash":"d1","request_id":"req_1"}` + "\n"
	if string(got) != want {
		t.Errorf("got  %swant %s", got, want)
	}
	if _, err := record.Parse(got); err != nil {
		t.Error(err)
	}
	for name, other := range map[string]string{
		"a space":        strings.Replace(want, `":7`, `": 7`, 1),
		"another order":  strings.Replace(want, `"seq":7,"at":"2026-03-01T12:00:00.123456Z"`, `"at":"2026-03-01T12:00:00.123456Z","seq":7`, 1),
		"a field more":   strings.Replace(want, `"org":`, `"x":1,"org":`, 1),
		"a field twice":  strings.Replace(want, `"org":`, `"org":"org_2","org":`, 1),
		"no line feed":   strings.TrimSpace(want),
		"two line feeds": want + "\n",
		"an escape":      strings.Replace(want, "org_1", `org\u005f1`, 1),
		"another zone":   strings.Replace(want, "12:00:00.123456Z", "13:00:00.123456+01:00", 1),
	} {
		if other == want {
			t.Fatal(name, "changes nothing")
		}
		if _, err := record.Parse([]byte(other)); err == nil {
			t.Errorf("%s: read as an entry", name)
		}
	}
}

func TestNothingPersonalFitsIn(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(e *record.Entry){
		"a name":                 func(e *record.Entry) { e.Actor = "Lin Xiaoyu" },
		"a name in Chinese":      func(e *record.Entry) { e.Actor = "林小雨" },
		"an address":             func(e *record.Entry) { e.Actor = "lin@example.com" },
		"a telephone number":     func(e *record.Entry) { e.From = "13800138000" },
		"a person's number":      func(e *record.Entry) { e.Request = "11010519491231002X" },
		"one among filings":      func(e *record.Entry) { e.Filing = "110105194912310028" },
		"a sentence as a reason": func(e *record.Entry) { e.Reasons = []string{"she said so"} },
		"a comment in a rule":    func(e *record.Entry) { e.Rules = []string{"见备注"} },
		"text for a hash":        func(e *record.Entry) { e.Hashes = []string{"cafe"} },
		"a line feed":            func(e *record.Entry) { e.To = "a\nb" },
		"nobody knows what":      func(e *record.Entry) { e.Act = "" },
		"too many":               func(e *record.Entry) { e.Rules = strings.Split(strings.Repeat("a ", 65), " ")[:65] },
	} {
		e := full()
		spoil(&e)
		if _, err := e.Encode(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestAViewerIsAPseudonym(t *testing.T) {
	t.Parallel()
	e := record.Of(0, noon, "fct_1", "youth.exposure_blocked", event.Record{By: event.Doer{Profile: "prf_secret"}}, func(v string) string {
		if v != "prf_secret" {
			t.Error(v)
		}
		return "b1"
	})
	text, err := e.Encode()
	if err != nil || bytes.Contains(text, []byte("secret")) || e.Actor != "viewer:b1" {
		t.Fatalf("%s %v", text, err)
	}
}

func FuzzParse(f *testing.F) {
	text, err := full().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"seq":0,"at":"2026-03-01T12:00:00Z","fact":"a","act":"b"}` + "\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := record.Parse(text)
		if err != nil {
			return
		}
		again, err := e.Encode()
		if err != nil || !bytes.Equal(again, text) {
			t.Fatalf("%q became %q: %v", text, again, err)
		}
		if n, ok := record.Seq(text); !ok || n != e.Seq {
			t.Fatal(n, ok)
		}
	})
}
