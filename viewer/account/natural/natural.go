// Package natural is a pure room: which accounts of staff belong to one natural
// person.
//
// Where a decision takes several people, a second account does not make a second
// person. Two accounts are taken for one person's if their mail arrives in the same
// box or they carry the same name; whoever is not sure to be another is taken to be
// the same. Two people who share a name tell themselves apart in it.
package natural

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"cliffhanger/internal/kernel/id"
)

// Account is what is known of one account.
type Account struct {
	ID    id.Staff
	Name  string
	Email string
}

// Persons names the person behind each account: the first account, in the order of
// identifiers, that belongs to them.
func Persons(accounts []Account) map[id.Staff]id.Staff {
	accounts = slices.Clone(accounts)
	slices.SortFunc(accounts, func(a, b Account) int { return strings.Compare(string(a.ID), string(b.ID)) })
	first := map[id.Staff]id.Staff{}
	var person func(a id.Staff) id.Staff
	person = func(a id.Staff) id.Staff {
		if p := first[a]; p != a {
			first[a] = person(p)
		}
		return first[a]
	}
	known := map[string]id.Staff{} // by what tells somebody
	for _, a := range accounts {
		first[a.ID] = a.ID
		for _, sign := range a.signs() {
			other, ok := known[sign]
			if !ok {
				known[sign] = a.ID
				continue
			}
			p, q := person(other), person(a.ID)
			first[max(p, q)] = min(p, q)
		}
	}
	out := make(map[id.Staff]id.Staff, len(accounts))
	for _, a := range accounts {
		out[a.ID] = person(a.ID)
	}
	return out
}

func (a Account) signs() []string {
	var out []string
	if box := mailbox(a.Email); box != "" {
		out = append(out, "mail "+box)
	}
	if name := folded(a.Name); name != "" {
		out = append(out, "name "+name)
	}
	return out
}

// undotted are the providers that deliver a.b@ and ab@ into one box.
var undotted = map[string]string{"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}

// mailbox is where mail to the address arrives: without a tag after a plus sign.
func mailbox(email string) string {
	email = strings.ToLower(norm.NFKC.String(strings.TrimSpace(email)))
	local, domain, ok := strings.Cut(email, "@")
	if !ok {
		return email
	}
	if plain, _, tagged := strings.Cut(local, "+"); tagged && plain != "" {
		local = plain
	}
	if one, ok := undotted[domain]; ok {
		local, domain = strings.ReplaceAll(local, ".", ""), one
	}
	return local + "@" + domain
}

// folded is a name as it sounds: its letters and digits, without case, width,
// spaces and points.
func folded(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(name))
}
