package account

import (
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"cliffhanger/internal/kernel/id"
)

// OrgKind is what an organisation is to the platform.
type OrgKind string

// The kinds there are.
const (
	OperatorOrg OrgKind = "operator" // runs the platform; may produce too
	ProducerOrg OrgKind = "producer" // makes dramas
)

// Organisation is who staff work for and who dramas belong to.
type Organisation struct {
	ID        id.Org
	Name      string
	Kind      OrgKind
	CreatedAt time.Time
}

// newOrganisation checks name and kind.
func newOrganisation(name string, kind OrgKind, now time.Time) (Organisation, error) {
	name = tidyLine(name)
	if name == "" || tooLong(name) {
		return Organisation{}, errOrgName
	}
	if kind != OperatorOrg && kind != ProducerOrg {
		return Organisation{}, errOrgKind
	}
	return Organisation{ID: id.At[id.Org](now), Name: name, Kind: kind, CreatedAt: now}, nil
}

// nameKey is a name as it is compared: two organisations may not look alike.
func nameKey(name string) string { return strings.ToLower(norm.NFKC.String(name)) }
