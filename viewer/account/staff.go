package account

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/viewer/account/grant"
)

// Staff is a person who works for an organisation.
type Staff struct {
	ID        id.Staff
	Name      string
	Email     Email
	Roles     []actor.Role // sorted
	Active    bool
	Org       Organisation
	Invited   bool // has not chosen a password yet
	CreatedAt time.Time

	password string // argon2id in PHC form, "" while Invited
}

// Email is an address in lower case, as people are told apart by it.
type Email string

// ParseEmail reads an address as a person types it. It accepts what a mail
// server would plausibly deliver, not all of RFC 5322: one @, a local part and a
// domain of dotted labels, no quotes, comments or spaces, 254 bytes at most.
func ParseEmail(s string) (Email, error) {
	if len(s) > 1024 || !utf8.ValidString(s) {
		return "", errEmail
	}
	s = strings.ToLower(strings.TrimSpace(s))
	local, domain, ok := strings.Cut(s, "@")
	hyphens := "." + domain + "." // a label neither begins nor ends with one
	if !ok || len(s) > 254 || len(local) > 64 || !dotted(local, localRune) || !dotted(domain, domainRune) ||
		strings.Contains(hyphens, ".-") || strings.Contains(hyphens, "-.") {
		return "", errEmail
	}
	return Email(s), nil
}

// dotted reports whether s is one or more non-empty labels of allowed runes.
func dotted(s string, allowed func(rune) bool) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || strings.ContainsFunc(label, func(r rune) bool { return !allowed(r) }) {
			return false
		}
	}
	return true
}

func localRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
}

func domainRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' }

// houseRoles are for people of an organisation that operates.
var houseRoles = []actor.Role{actor.Admin, actor.Operator, actor.Reviewer, actor.Editor, actor.MinorsOfficer, actor.FilingOfficer, actor.Duty, actor.Regulator}

// tidyRoles sorts roles, or refuses them: at least one, each once, and those of
// the house only in an organisation that operates.
func tidyRoles(roles []actor.Role, kind OrgKind) ([]actor.Role, error) {
	roles = slices.Clone(roles)
	slices.Sort(roles)
	roles = slices.Compact(roles)
	for _, r := range roles {
		if r != actor.Producer && (kind != OperatorOrg || !slices.Contains(houseRoles, r)) {
			return nil, errRoles
		}
	}
	if len(roles) == 0 {
		return nil, errRoles
	}
	if !grant.Apart(roles) {
		return nil, grant.ErrApart
	}
	return roles, nil
}

func packRoles(roles []actor.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}

func unpackRoles(s string) []actor.Role {
	roles := []actor.Role{}
	for word := range strings.FieldsSeq(s) {
		roles = append(roles, actor.Role(word))
	}
	return roles
}

// administers reports whether the person may give roles.
func (p Staff) administers() bool { return p.Active && slices.Contains(p.Roles, actor.Admin) }
