package mark_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cliffhanger/studio/media/mark"
)

const produced = `{"Label":"1","ContentProducer":"91110108MA01TEST00","ProduceID":"d42-e12-v3","ReservedCode1":"r1","ContentPropagator":"","PropagateID":"","ReservedCode2":""}`

func TestWhatAFileSaysIsRead(t *testing.T) {
	t.Parallel()
	maker := mark.AIGC{Label: mark.Made, ContentProducer: "91110108MA01TEST00", ProduceID: "d42-e12-v3", ReservedCode1: "r1"}
	for value, want := range map[string]mark.AIGC{
		produced:                      maker,
		`{"AIGC":` + produced + `}`:   maker,
		`{"Label":"2"}`:               {Label: mark.Possible},
		`{"Label":"0"}`:               {Label: mark.Suspected}, // no label says that it is not
		`{"ContentProducer":"x"}`:     {Label: mark.Suspected, ContentProducer: "x"},
		`{"Label":1}`:                 {Label: mark.Suspected},
		`yes`:                         {Label: mark.Suspected},
		`{"AIGC":"torn`:               {Label: mark.Suspected},
		`{"AIGC":{"Label":["1","2"]}`: {Label: mark.Suspected},
	} {
		got, ok := mark.Read(value)
		if d := cmp.Diff(want, got); d != "" || !ok {
			t.Errorf("%s: %v (-want +got):\n%s", value, ok, d)
		}
	}
	if _, ok := mark.Read(" "); ok {
		t.Error("an empty value says something")
	}
}

func TestAPlatformAddsItselfOnceAndTouchesNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[A-Z0-9]{1,18}`)
		said := rapid.OneOf(word, rapid.Just(""))
		a := mark.AIGC{Label: mark.Made, ContentProducer: said.Draw(t, "producer"), ProduceID: said.Draw(t, "id"), ReservedCode1: said.Draw(t, "code"), ReservedCode2: said.Draw(t, "other code")}
		before := a
		platforms := map[string]bool{}
		for _, p := range rapid.SliceOfN(word, 1, 4).Draw(t, "platforms") {
			a = a.Passed(p, "of-"+p)
			a = a.Passed(p, "again")
			platforms[p] = true
		}
		read, ok := mark.Read(a.String())
		if !ok || read != a {
			t.Fatalf("%s is read as %v", a, read)
		}
		var fields map[string]string
		if err := json.Unmarshal([]byte(a.String()), &fields); err != nil || len(fields) != 7 {
			t.Fatalf("%s: %v", a, err)
		}
		names, ids := "", ""
		for i, p := range split(a.ContentPropagator) {
			if !platforms[p] || split(a.PropagateID)[i] != "of-"+p {
				t.Fatalf("%s", a)
			}
			names, ids = a.ContentPropagator, a.PropagateID
		}
		if len(split(names)) != len(platforms) {
			t.Fatalf("%s passed %v", a, platforms)
		}
		a.ContentPropagator, a.PropagateID = "", ""
		if a != before {
			t.Fatalf("%v became %v (%s, %s)", before, a, names, ids)
		}
	})
}

func split(s string) []string { return strings.Split(s, ";") }

func FuzzRead(f *testing.F) {
	f.Add(produced)
	f.Add(`{"AIGC":{}}`)
	f.Fuzz(func(t *testing.T, value string) {
		a, ok := mark.Read(value)
		if !ok {
			return
		}
		if again, ok := mark.Read(a.String()); !ok || again != a {
			t.Fatalf("%q: %v, then %v", value, a, again)
		}
	})
}
