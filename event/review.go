package event

import (
	"fmt"

	"cliffhanger/internal/kernel/id"
)

// VersionMoved: somebody took a version of a drama one step on its way through
// review: Verb led from one state to another, or the same.
type VersionMoved struct {
	Case    id.Case  `json:"case"`
	Drama   id.Drama `json:"drama"`
	Org     id.Org   `json:"org"`
	Version string   `json:"version"` // SHA-256, hexadecimal
	Verb    string   `json:"verb"`
	From    string   `json:"from"`
	To      string   `json:"to"`
	By      Doer     `json:"by"`
}

// VersionMarked: a reviewer noted something at a moment of an episode.
type VersionMarked struct {
	Case     id.Case  `json:"case"`
	Drama    id.Drama `json:"drama"`
	Org      id.Org   `json:"org"`
	Version  string   `json:"version"`
	Episode  int      `json:"episode"` // its number
	AtMS     int64    `json:"at_ms"`
	Code     string   `json:"code"`
	Severity string   `json:"severity"`
	By       Doer     `json:"by"`
}

// FindingAnswered: a reviewer said what they make of something an automatic check
// found; From is what was said of it before, or "".
type FindingAnswered struct {
	Case     id.Case  `json:"case"`
	Drama    id.Drama `json:"drama"`
	Org      id.Org   `json:"org"`
	Version  string   `json:"version"`
	Finding  string   `json:"finding"` // its key
	Rule     string   `json:"rule"`    // "cn-zh/gambling-4"
	Code     string   `json:"code"`
	Severity string   `json:"severity"`
	From     string   `json:"from"`
	To       string   `json:"to"` // confirmed or dismissed
	By       Doer     `json:"by"`
}

// InterestDeclared: somebody has an interest in an organisation's work, and does not
// review it.
type InterestDeclared struct {
	Staff id.Staff `json:"staff"`
	Org   id.Org   `json:"org"`
	By    Doer     `json:"by"`
}

func (VersionMoved) Fact() string     { return "review.version_moved" }
func (VersionMarked) Fact() string    { return "review.version_marked" }
func (FindingAnswered) Fact() string  { return "review.finding_answered" }
func (InterestDeclared) Fact() string { return "review.interest_declared" }

func (f VersionMoved) Record() Record {
	return Record{Org: f.Org, By: f.By, Object: Object{Type: "review", ID: string(f.Case), Version: f.Version}, Drama: f.Drama,
		From: f.From, To: f.To, Reasons: []string{f.Verb}, Hashes: []string{f.Version}}
}
func (f VersionMarked) Record() Record {
	return Record{Org: f.Org, By: f.By, Object: Object{Type: "review", ID: string(f.Case), Version: f.Version}, Drama: f.Drama,
		Reasons: []string{f.Severity, f.Code}, Times: []string{timeCode(f.Episode, f.AtMS)}, Hashes: []string{f.Version}}
}
func (f FindingAnswered) Record() Record {
	return Record{Org: f.Org, By: f.By, Object: Object{Type: "finding", ID: f.Finding, Version: f.Version}, Drama: f.Drama,
		From: f.From, To: f.To, Reasons: []string{f.Severity, f.Code}, Rules: []string{f.Rule}, Hashes: []string{f.Version}}
}
func (f InterestDeclared) Record() Record {
	return Record{Org: f.Org, By: f.By, Object: Object{Type: "staff", ID: string(f.Staff)}, To: "interested"}
}

// timeCode is a moment of an episode: "3:00:01:02.500".
func timeCode(episode int, ms int64) string {
	return fmt.Sprintf("%d:%02d:%02d:%02d.%03d", episode, ms/3600_000, ms/60_000%60, ms/1000%60, ms%1000)
}
