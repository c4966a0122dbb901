package id_test

import (
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/kernel/id"
)

func TestIdentifiersIncreaseEvenWhenTheClockGoesBack(t *testing.T) {
	t.Parallel()
	now := time.Now()
	last := id.At[id.Episode](now)
	for i := range 5000 {
		next := id.At[id.Episode](now.Add(-time.Duration(i) * time.Second))
		if next <= last {
			t.Fatalf("%s does not come after %s", next, last)
		}
		last = next
	}
}

func TestParseAcceptsOnlyItsOwnNoun(t *testing.T) {
	t.Parallel()
	drama := id.New[id.Drama]()
	if got, err := id.Parse[id.Drama](string(drama)); err != nil || got != drama {
		t.Fatalf("Parse(%s) = %s, %v", drama, got, err)
	}
	for _, bad := range []string{
		"", "drm_", string(id.New[id.Episode]()), string(drama) + "0", strings.ToUpper(string(drama)),
		"drm_" + strings.Repeat("z", 26), strings.Repeat("x", 1<<16), "drm_'; drop table--aaaaaaaaaaa",
	} {
		if _, err := id.Parse[id.Drama](bad); err == nil {
			t.Errorf("Parse accepted %.40q", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("drm_01k9v3q8m6e0t8v2g4h6j8k0m2")
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := id.Parse[id.Drama](s); err == nil && string(got) != s {
			t.Fatalf("Parse changed %q to %q", s, got)
		}
	})
}
