package app

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"testing"

	"cliffhanger/viewer/account/person"
)

// Whoever keeps rows of an account must answer when one is merged or erased, and
// give them out; forgetting one would keep what a person wants gone.
func TestEveryKeeperOfAccountsAnswersForThem(t *testing.T) {
	t.Parallel()
	owns := regexp.MustCompile(`(?m)^\s*account_id\s+TEXT`)
	var found []string
	for _, owner := range owners {
		err := fs.WalkDir(owner.files, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || path.Ext(name) != ".sql" {
				return err
			}
			text, err := fs.ReadFile(owner.files, name)
			if owns.Match(text) && !slices.Contains(found, owner.name) {
				found = append(found, owner.name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	found = slices.DeleteFunc(found, func(name string) bool { return name == "account" }) // its own rows go first
	if len(found) < 2 {
		t.Fatalf("only %v keep rows of accounts: the search is wrong", found)
	}
	var exported []string
	for _, e := range new(App).exports() {
		exported = append(exported, e.Name)
	}
	for _, list := range [][]string{keepers, exported} {
		list = slices.Clone(list)
		slices.Sort(list)
		slices.Sort(found)
		if !slices.Equal(list, found) {
			t.Errorf("%v keep rows of accounts, %v answer for them", found, list)
		}
	}
}

var _ person.Post = postByMail{}
