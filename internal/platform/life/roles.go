package life

import (
	"fmt"
	"slices"
	"strings"
)

// Role is a kind of work a node does.
type Role string

const (
	Web       Role = "web"       // answers HTTP
	Worker    Role = "worker"    // folds tallies
	Transcode Role = "transcode" // makes renditions
	Train     Role = "train"     // nothing yet
)

// AllRoles is what a node does unless it is told otherwise.
var AllRoles = Roles{Web, Worker, Transcode, Train}

// Roles are the kinds of work of one node. It reads and writes as "web,worker".
type Roles []Role

// ParseRoles reads a list such as "web,worker"; "" and "all" are all roles.
func ParseRoles(s string) (Roles, error) {
	var out Roles
	for part := range strings.SplitSeq(s, ",") {
		r := Role(strings.ToLower(strings.TrimSpace(part)))
		switch {
		case r == "":
		case r == "all":
			return slices.Clone(AllRoles), nil
		case !slices.Contains(AllRoles, r):
			return nil, fmt.Errorf("%q is not a role; the roles are %s", strings.TrimSpace(part), AllRoles)
		case !slices.Contains(out, r):
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return slices.Clone(AllRoles), nil
	}
	slices.SortFunc(out, func(a, b Role) int { return slices.Index(AllRoles, a) - slices.Index(AllRoles, b) })
	return out, nil
}

// Has reports whether the node does this work.
func (r Roles) Has(role Role) bool { return slices.Contains(r, role) }

func (r Roles) String() string {
	parts := make([]string, len(r))
	for i, role := range r {
		parts[i] = string(role)
	}
	return strings.Join(parts, ",")
}

// UnmarshalText makes Roles a flag.
func (r *Roles) UnmarshalText(b []byte) (err error) {
	*r, err = ParseRoles(string(b))
	return err
}

// MarshalText is the inverse of UnmarshalText.
func (r Roles) MarshalText() ([]byte, error) { return []byte(r.String()), nil }
