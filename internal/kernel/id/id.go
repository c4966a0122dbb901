package id

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Kind is any identifier type of this package.
type Kind interface {
	~string
	// Prefix is the short noun before the underscore; it takes no part in the value.
	Prefix() string
}

// The nouns that carry identifiers.
type (
	Account string // who pays and owns devices
	Profile string // who watches
	Device  string // what is watched on
	Session string // one sign-in
	Org     string // the operator or a producing company
	Staff   string // a person who works for an organisation
	Drama   string
	Episode string
	Person  string // cast and crew
	Asset   string // a master and everything made from it
	Upload  string
	Job     string // work for later
	Fact    string // something announced
	Command string // what one device asks of another
	Grant   string // the wish that somebody has a role
	Entry   string // one line of a log
	Item    string // something staff have to know or do
	Pack    string // a market's rules
	Case    string // a version on its way through review
)

func (Account) Prefix() string { return "acc" }
func (Profile) Prefix() string { return "prf" }
func (Device) Prefix() string  { return "dev" }
func (Session) Prefix() string { return "ses" }
func (Org) Prefix() string     { return "org" }
func (Staff) Prefix() string   { return "stf" }
func (Drama) Prefix() string   { return "drm" }
func (Episode) Prefix() string { return "eps" }
func (Person) Prefix() string  { return "per" }
func (Asset) Prefix() string   { return "ast" }
func (Upload) Prefix() string  { return "upl" }
func (Job) Prefix() string     { return "job" }
func (Fact) Prefix() string    { return "fct" }
func (Command) Prefix() string { return "cmd" }
func (Grant) Prefix() string   { return "grt" }
func (Entry) Prefix() string   { return "ent" }
func (Item) Prefix() string    { return "itm" }
func (Pack) Prefix() string    { return "pck" }
func (Case) Prefix() string    { return "cas" }

// New makes an identifier for the present moment.
func New[K Kind]() K { return At[K](time.Now()) }

// At makes an identifier for the given moment. Identifiers made by one process
// are strictly increasing even within a millisecond and when t goes backwards.
func At[K Kind](t time.Time) K {
	var k K
	return K(k.Prefix() + "_" + encode(generator.next(t)))
}

// Parse reads s as an identifier of kind K; anything else is an error that
// names what was expected.
func Parse[K Kind](s string) (K, error) {
	var k K
	body, ok := strings.CutPrefix(s, k.Prefix()+"_")
	if !ok || len(body) != encodedLen || strings.Trim(body, alphabet) != "" || body[0] > '7' {
		return "", fmt.Errorf("%q is not an identifier of the form %s_…", clip(s), k.Prefix())
	}
	return K(s), nil
}

func clip(s string) string {
	if len(s) > 64 {
		return s[:64] + "…"
	}
	return s
}

const (
	alphabet   = "0123456789abcdefghjkmnpqrstvwxyz"
	encodedLen = 26
)

// sequence hands out UUIDv7 values that never go back.
type sequence struct {
	mu   sync.Mutex
	last uint64 // milliseconds << 12 | counter
}

var generator sequence

func (s *sequence) next(t time.Time) (u [16]byte) {
	s.mu.Lock()
	now := uint64(t.UnixMilli()) << 12
	s.last = max(now, s.last+1)
	stamp := s.last
	s.mu.Unlock()
	rand.Read(u[8:]) // never fails: crypto/rand aborts the process instead
	binary.BigEndian.PutUint64(u[:8], stamp>>12<<16|0x7000|stamp&0xfff)
	u[8] = u[8]&0x3f | 0x80
	return u
}

// encode writes 128 bits as 26 base-32 digits, most significant first.
func encode(u [16]byte) string {
	hi, lo := binary.BigEndian.Uint64(u[:8]), binary.BigEndian.Uint64(u[8:])
	var out [encodedLen]byte
	for i := encodedLen - 1; i >= 0; i-- {
		out[i] = alphabet[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return string(out[:])
}
