// Package record is a pure room: the entries of the public log, and the one
// sequence of bytes each of them has.
//
// An entry is one line of JSON: the fields of Entry in their order, those without
// a value left out, nothing between them, and a line feed at the end. The number
// comes first. Whatever is written otherwise is no entry, so that an entry has one
// hash and a hash one entry.
//
// An entry holds identifiers, codes and hashes and nothing else. There is no room
// in it for free text, so no name, address or number of a person can get in by
// mistake: Encode refuses what does not look like a code.
package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"cliffhanger/event"
)

// Entry is one line of the public log.
type Entry struct {
	Seq     int64     `json:"seq"`  // its place in the log, from 0
	At      time.Time `json:"at"`   // when it was announced; UTC, microseconds
	Fact    string    `json:"fact"` // identifier of what was announced, once in the log
	Act     string    `json:"act"`  // "catalogue.drama_published"
	Org     string    `json:"org,omitempty"`
	Actor   string    `json:"actor_id,omitempty"` // staff, part of the house, or the pseudonym of a viewer
	Roles   []string  `json:"actor_roles,omitempty"`
	Cert    string    `json:"actor_cert_fpr,omitempty"`
	Object  *Object   `json:"object,omitempty"`
	Drama   string    `json:"drama,omitempty"`
	Hashes  []string  `json:"content_hashes,omitempty"`
	From    string    `json:"from,omitempty"`
	To      string    `json:"to,omitempty"`
	Reasons []string  `json:"reason_codes,omitempty"`
	Times   []string  `json:"timecodes,omitempty"`
	Rules   []string  `json:"policy_rule_ids,omitempty"`
	Tier    string    `json:"tier_rule_id,omitempty"`
	Filing  string    `json:"filing_no,omitempty"`
	Device  string    `json:"device_hash,omitempty"`
	Request string    `json:"request_id,omitempty"`
}

// Object is what an entry is about.
type Object struct {
	Type    string `json:"type"`
	ID      string `json:"id,omitempty"`
	Version string `json:"version,omitempty"`
}

// Of is the entry for what was announced. A viewer's identifier is replaced by what
// pseudonym makes of it.
func Of(seq int64, at time.Time, fact, act string, r event.Record, pseudonym func(string) string) Entry {
	e := Entry{
		Seq: seq, At: at.UTC().Truncate(time.Microsecond), Fact: fact, Act: act, Org: string(r.Org), Roles: strings.Fields(r.By.Roles), Cert: r.Cert,
		Drama: string(r.Drama), Hashes: r.Hashes, From: r.From, To: r.To, Reasons: r.Reasons, Times: r.Times, Rules: r.Rules,
		Tier: r.Tier, Filing: r.Filing, Device: r.Device, Request: r.Request,
	}
	switch {
	case r.By.Staff != "":
		e.Actor = string(r.By.Staff)
	case r.By.Profile != "":
		e.Actor = "viewer:" + pseudonym(string(r.By.Profile))
	case r.By.House != "":
		e.Actor = "house:" + r.By.House
	}
	if r.Object != (event.Object{}) {
		e.Object = &Object{r.Object.Type, r.Object.ID, r.Object.Version}
	}
	return e
}

const (
	longest = 8 << 10 // bytes of an entry
	most    = 64      // of a list
)

var (
	code   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,199}$`)
	hash   = regexp.MustCompile(`^[0-9a-f]{64}$`)
	number = regexp.MustCompile(`^[0-9]{10,}[0-9Xx]$`) // of a telephone or a person
	filing = regexp.MustCompile(`^[\p{Han}A-Za-z0-9()（）〔〕\[\]_.-]{1,64}$`)
)

// check says what in e is not fit for the log.
func (e Entry) check() error {
	var bad error
	must := func(field string, ok bool) {
		if !ok && bad == nil {
			bad = fmt.Errorf("record: %s is not an identifier or code", field)
		}
	}
	codes := func(field string, values ...string) {
		must(field, len(values) <= most)
		for _, v := range values {
			must(field, code.MatchString(v) && !number.MatchString(v))
		}
	}
	may := func(field, v string) {
		if v != "" {
			codes(field, v)
		}
	}
	must("seq", e.Seq >= 0)
	_, east := e.At.Zone()
	must("at", e.At.Year() >= 1970 && e.At.Year() <= 9999 && east == 0 && e.At.Nanosecond()%1000 == 0)
	codes("fact", e.Fact)
	codes("act", e.Act)
	for _, f := range []struct{ name, value string }{
		{"org", e.Org}, {"actor_id", e.Actor}, {"actor_cert_fpr", e.Cert}, {"drama", e.Drama}, {"from", e.From}, {"to", e.To},
		{"tier_rule_id", e.Tier}, {"device_hash", e.Device}, {"request_id", e.Request},
	} {
		may(f.name, f.value)
	}
	codes("actor_roles", e.Roles...)
	codes("reason_codes", e.Reasons...)
	codes("timecodes", e.Times...)
	codes("policy_rule_ids", e.Rules...)
	must("content_hashes", len(e.Hashes) <= most)
	for _, h := range e.Hashes {
		must("content_hashes", hash.MatchString(h))
	}
	if e.Object != nil {
		codes("object", e.Object.Type)
		may("object", e.Object.ID)
		may("object", e.Object.Version)
	}
	must("filing_no", e.Filing == "" || filing.MatchString(e.Filing) && !number.MatchString(e.Filing))
	return bad
}

// Encode is the bytes of an entry, which the log hashes.
func (e Entry) Encode() ([]byte, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := json.NewEncoder(&b) // ends with a line feed
	w.SetEscapeHTML(false)
	if err := w.Encode(e); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	if b.Len() > longest {
		return nil, fmt.Errorf("record: %d bytes are more than %d", b.Len(), longest)
	}
	return b.Bytes(), nil
}

// Parse reads what Encode wrote, and nothing else.
func Parse(text []byte) (Entry, error) {
	if len(text) > longest || !utf8.Valid(text) {
		return Entry{}, fmt.Errorf("record: not an entry")
	}
	var e Entry
	if err := json.Unmarshal(text, &e); err != nil {
		return Entry{}, fmt.Errorf("record: %w", err)
	}
	again, err := e.Encode()
	if err != nil {
		return Entry{}, err
	}
	if !bytes.Equal(again, text) {
		return Entry{}, fmt.Errorf("record: not written as entries are")
	}
	return e, nil
}

// Seq is the number an entry's bytes begin with, without reading the rest.
func Seq(text []byte) (int64, bool) {
	rest, ok := bytes.CutPrefix(text, []byte(`{"seq":`))
	end := bytes.IndexByte(rest, ',')
	if !ok || end < 1 || end > 18 {
		return 0, false
	}
	n, err := strconv.ParseInt(string(rest[:end]), 10, 64)
	return n, err == nil && n >= 0
}
