package natural

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/id"
)

func TestASecondAccountIsNoSecondPerson(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b Account
		same bool
	}{
		"two people":                {Account{Name: "Lin Mei", Email: "lin@example.com"}, Account{Name: "Anna Holt", Email: "anna@example.com"}, false},
		"a tag after a plus":        {Account{Name: "Lin Mei", Email: "lin@example.com"}, Account{Name: "M. L.", Email: "lin+two@example.com"}, true},
		"points that do not matter": {Account{Name: "Lin Mei", Email: "lin.mei@gmail.com"}, Account{Name: "Second", Email: "LinMei@googlemail.com"}, true},
		"points that matter":        {Account{Name: "Lin Mei", Email: "lin.mei@example.com"}, Account{Name: "Li N.", Email: "linmei@example.com"}, false},
		"the same name":             {Account{Name: "Lin Mei", Email: "lin@example.com"}, Account{Name: "ｌｉｎ　ＭＥＩ", Email: "other@example.org"}, true},
		"a name told apart":         {Account{Name: "王伟", Email: "wang@example.com"}, Account{Name: "王伟 2", Email: "wei@example.com"}, false},
		"names without letters":     {Account{Name: "—", Email: "a@example.com"}, Account{Name: "…", Email: "b@example.com"}, false},
		"nothing but a plus":        {Account{Name: "A", Email: "+a@example.com"}, Account{Name: "B", Email: "+b@example.com"}, false},
	} {
		c.a.ID, c.b.ID = "stf_1", "stf_2"
		got := Persons([]Account{c.b, c.a})
		if same := got["stf_1"] == got["stf_2"]; same != c.same || got["stf_1"] != "stf_1" {
			t.Errorf("%s: %v", name, got)
		}
	}
	chain := Persons([]Account{{"stf_3", "C", "a@example.com"}, {"stf_1", "A", "a+1@example.com"}, {"stf_2", "a", "b@example.com"}})
	for a, p := range chain {
		if p != "stf_1" {
			t.Errorf("%s is %s, whom a third account ties together", a, p)
		}
	}
}

// The answer depends on the accounts alone, not on their order, and every account
// has a person, who is one of their own accounts.
func TestPersonsDoNotDependOnTheOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var all []Account
		for i := range rapid.IntRange(0, 12).Draw(t, "accounts") {
			all = append(all, Account{ID: id.Staff(fmt.Sprintf("stf_%02d", i)), Name: rapid.SampledFrom([]string{"A", "a", "B", "C", "D", ""}).Draw(t, "name"),
				Email: rapid.SampledFrom([]string{"x@e.com", "x+1@e.com", "y@e.com", "z@e.com", "w@e.com", ""}).Draw(t, "mail")})
		}
		want := Persons(all)
		rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if got := Persons(all); !maps.Equal(got, want) {
			t.Fatalf("%v, then %v", want, got)
		}
		for a, p := range want {
			if p > a || want[p] != p {
				t.Fatalf("%s is %s", a, p)
			}
		}
	})
}
