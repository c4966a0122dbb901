package event

import (
	"time"

	"cliffhanger/internal/kernel/id"
)

// PackProposed: an operator wants other rules for a market. Hash names the file,
// Diff what it would change.
type PackProposed struct {
	Pack    id.Pack  `json:"pack"`
	Code    string   `json:"code"`
	Version string   `json:"version"`
	Hash    string   `json:"hash"`
	Diff    string   `json:"diff"`
	By      id.Staff `json:"by"`
}

// PackConfirmed: somebody puts such rules in force, from a moment on.
type PackConfirmed struct {
	Pack      id.Pack   `json:"pack"`
	Code      string    `json:"code"`
	Version   string    `json:"version"`
	Hash      string    `json:"hash"`
	Diff      string    `json:"diff"`
	By        id.Staff  `json:"by"`
	InForceAt time.Time `json:"in_force_at"`
}

// PackInForce: the rules of a market are other ones since a moment.
type PackInForce struct {
	Pack    id.Pack   `json:"pack"`
	Code    string    `json:"code"`
	Version string    `json:"version"`
	Hash    string    `json:"hash"`
	Diff    string    `json:"diff"`
	At      time.Time `json:"at"`
}

// PackWithdrawn: proposed rules never take effect.
type PackWithdrawn struct {
	Pack id.Pack  `json:"pack"`
	Code string   `json:"code"`
	Hash string   `json:"hash"`
	By   id.Staff `json:"by"`
}

func (PackProposed) Fact() string  { return "market.pack_proposed" }
func (PackConfirmed) Fact() string { return "market.pack_confirmed" }
func (PackInForce) Fact() string   { return "market.pack_in_force" }
func (PackWithdrawn) Fact() string { return "market.pack_withdrawn" }

func (f PackProposed) Record() Record {
	return packRecord(f.By, f.Pack, f.Code, f.Version, "proposed", f.Hash, f.Diff)
}
func (f PackConfirmed) Record() Record {
	return packRecord(f.By, f.Pack, f.Code, f.Version, "confirmed", f.Hash, f.Diff)
}
func (f PackInForce) Record() Record {
	return packRecord("", f.Pack, f.Code, f.Version, "in_force", f.Hash, f.Diff)
}
func (f PackWithdrawn) Record() Record {
	return packRecord(f.By, f.Pack, f.Code, "", "withdrawn", f.Hash)
}

// packRecord is what became of a pack; hashes are those of the file and, where the
// rules of a market change by it, of the difference.
func packRecord(by id.Staff, pack id.Pack, code, version, to string, hashes ...string) Record {
	doer := Doer{Staff: by}
	if by == "" {
		doer.House = "market"
	}
	return Record{By: doer, Object: Object{Type: "market", ID: code, Version: version}, To: to, Hashes: hashes, Rules: []string{string(pack)}}
}
