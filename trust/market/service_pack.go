package market

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/trust/market/pack"
)

// reads lets operators and reviewers see rules: they work by them.
func reads(by actor.Actor) error {
	if by.Has(actor.Operator) || by.Has(actor.Reviewer) {
		return nil
	}
	return errStaff
}

// Listed is a pack in the list: what is in force, and what is to come.
type Listed struct {
	Pack     pack.Pack
	Builtin  bool
	Proposal *proposal // that is in force
}

// File is a file in the folder of packs.
type File struct {
	Name     string         `json:"name"`
	Code     string         `json:"code,omitempty"`
	Version  string         `json:"version,omitempty"`
	Hash     string         `json:"hash,omitempty"`
	State    string         `json:"state" enum:"new,in_force,proposed,broken"`
	Problems []pack.Problem `json:"problems"`
}

// Overview is everything there is to know of packs.
type Overview struct {
	InForce   []Listed
	Proposals []proposal // the latest first
	States    map[id.Pack]State
	Files     []File
}

const mostShown = 100

// Overview answers what is in force, what was proposed and what lies in the folder
// of this node.
func (s *Service) Overview(ctx context.Context, by actor.Actor) (out Overview, err error) {
	if err := reads(by); err != nil {
		return out, err
	}
	rows, err := latest(ctx, s.DB, "", mostShown)
	if err != nil {
		return out, err
	}
	b, err := s.read(ctx)
	if err != nil {
		return out, err
	}
	now := s.Clock.Now()
	out.Proposals, out.States = rows, b.states(rows, now)
	known := map[string]string{}
	for _, p := range b.at(now).packs {
		l := Listed{Pack: p, Builtin: true}
		for i := range b.rows {
			if r := b.rows[i]; r.Code == p.Code && !r.InForceAt.After(now) {
				l.Builtin, l.Proposal = false, &r
			}
		}
		known[p.Hash] = "in_force"
		out.InForce = append(out.InForce, l)
	}
	for _, r := range rows {
		if st := out.States[r.ID]; st == Staged || st == Waiting {
			known[r.Hash] = "proposed"
		}
	}
	out.Files = s.files(known)
	return out, nil
}

// states tells proposals that are in force from those that were.
func (b *book) states(rows []proposal, now time.Time) map[id.Pack]State {
	held := map[string]id.Pack{}
	for _, r := range b.rows {
		if !r.InForceAt.After(now) {
			held[r.Code] = r.ID
		}
	}
	out := map[id.Pack]State{}
	for _, r := range rows {
		st := r.state(now)
		if st == InForce && held[r.Code] != r.ID {
			st = Superseded
		}
		out[r.ID] = st
	}
	return out
}

var fileForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\.toml$`)

const mostFiles = 100

// files are what lies in the folder; a folder that is not there has none.
func (s *Service) files(known map[string]string) []File {
	out := []File{}
	entries, err := os.ReadDir(s.Config.Packs)
	if err != nil {
		return out
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || !fileForm.MatchString(e.Name()) || len(out) == mostFiles {
			continue
		}
		f := File{Name: e.Name(), State: "new", Problems: []pack.Problem{}}
		text, err := s.file(e.Name())
		if err == nil {
			var p pack.Pack
			if p, err = pack.Parse(text); err == nil {
				f.Code, f.Version, f.Hash = p.Code, p.Version, p.Hash
				if st, ok := known[p.Hash]; ok {
					f.State = st
				}
			}
		}
		if err != nil {
			f.State, f.Problems = "broken", pack.Problems(err)
		}
		out = append(out, f)
	}
	return out
}

func (s *Service) file(name string) (string, error) {
	if !fileForm.MatchString(name) {
		return "", errFile
	}
	path := filepath.Join(s.Config.Packs, name)
	info, err := os.Lstat(path)
	switch {
	case err != nil || !info.Mode().IsRegular():
		return "", errFile.Because(err)
	case info.Size() > pack.MaxSize:
		return "", pack.Problem{Says: "the file is larger than 256 KiB"}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", errFile.Because(err)
	}
	return string(text), nil
}

// Lay puts the file of home into the folder, if there is none: it is the
// operator's to change.
func (s *Service) Lay() error {
	if s.Config.Packs == "" {
		return nil
	}
	if err := os.MkdirAll(s.Config.Packs, 0o750); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(s.Config.Packs, pack.Name(pack.Home)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if os.IsExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(pack.BuiltinText(pack.Home))
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// Seen is what a proposal would change, as of now.
type Seen struct {
	Proposal proposal
	State    State
	Before   pack.Pack // zero: the market is new
	Next     pack.Pack
	Changes  []pack.Change
	Diff     string // names all of this
	From     time.Time
	Dramas   []Drama
	More     bool
}

// Propose stages a pack: a file of the folder, or a text. Operators only.
func (s *Service) Propose(ctx context.Context, by actor.Actor, name, text string) (Seen, error) {
	if !by.Has(actor.Operator) {
		return Seen{}, errOperator
	}
	if (name == "") == (text == "") {
		return Seen{}, errNothing
	}
	if name != "" {
		var err error
		if text, err = s.file(name); err != nil {
			return Seen{}, broken(err)
		}
	}
	p, err := pack.Parse(text)
	if err != nil {
		return Seen{}, broken(err)
	}
	b, err := s.read(ctx)
	if err != nil {
		return Seen{}, err
	}
	now := s.Clock.Now()
	before, err := s.judged(b, p, now)
	if err != nil {
		return Seen{}, err
	}
	if len(pack.Diff(before, p)) == 0 {
		return Seen{}, errSame
	}
	row := proposal{ID: id.At[id.Pack](now), Code: p.Code, Version: p.Version, Hash: p.Hash, Diff: pack.DiffHash(before, p), ProposedBy: by.Staff, ProposedAt: now}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insertProposal(ctx, tx, row, text); err != nil {
			return err
		}
		return s.Bus.Announce(ctx, tx, event.PackProposed{Pack: row.ID, Code: row.Code, Version: row.Version, Hash: row.Hash, Diff: row.Diff, By: by.Staff})
	})
	if err != nil {
		return Seen{}, err
	}
	return s.Look(ctx, by, row.ID)
}

// asWritten is the code of what is said of a field in words that no table has: the
// lines of a file, the names of others.
const asWritten = "as_written"

// broken turns what is wrong with a file into a fault that names its lines.
func broken(err error) error {
	if fault.Of(err).Kind != fault.Internal {
		return err
	}
	f := errBroken
	for _, p := range pack.Problems(err) {
		f = f.With(fault.Field{Path: "text", Code: asWritten, Msg: p.Error()})
	}
	return f
}

// judged is the pack that p would take the place of when it takes effect, or why
// it must not.
func (s *Service) judged(b *book, p pack.Pack, now time.Time) (before pack.Pack, err error) {
	then := b.at(effective(p, now))
	before = then.of(p.Code)
	packs := []pack.Pack{p}
	for _, other := range then.packs {
		if other.Code == p.Code {
			continue
		}
		packs = append(packs, other)
		for _, c := range p.Territories {
			if other.Covers(c) {
				return before, errTaken.With(fault.Field{Path: "territories", Code: asWritten, Msg: c + " belongs to " + other.Code})
			}
		}
	}
	if scaled(before) && !scaled(p) {
		return before, errAIScale
	}
	if err := judge(s.Judges, packs); err != nil {
		return before, errTables.With(fault.Field{Path: "text", Code: asWritten, Msg: err.Error()})
	}
	return before, nil
}

// scaled reports whether AI dramas have a scale of their own.
func scaled(p pack.Pack) bool {
	return slices.ContainsFunc(p.Tiers, func(t pack.Tier) bool {
		return slices.Contains(t.Kinds, pack.AI) && !slices.Contains(t.Kinds, pack.Live)
	})
}

// effective is when a pack confirmed now takes effect.
func effective(p pack.Pack, now time.Time) time.Time {
	if from := p.Start(p.From).UTC(); from.After(now) {
		return from
	}
	return now
}

const mostDramas = 50

// Look answers what a proposal would change, or did, and which published dramas
// it concerns.
func (s *Service) Look(ctx context.Context, by actor.Actor, which id.Pack) (out Seen, err error) {
	if err := reads(by); err != nil {
		return out, err
	}
	if _, err := id.Parse[id.Pack](string(which)); err != nil {
		return out, errPack.Because(err)
	}
	if out, err = s.seen(ctx, s.DB, which); err != nil {
		return out, err
	}
	out.Dramas, out.More, err = s.Dramas.Published(ctx, by, mostDramas)
	return out, err
}

func (s *Service) seen(ctx context.Context, q db.Q, which id.Pack) (out Seen, err error) {
	if out.Proposal, err = proposalByID(ctx, q, which); err != nil {
		return out, err
	}
	if out.Next, err = s.parsed(ctx, out.Proposal); err != nil {
		return out, err
	}
	b, err := s.read(ctx)
	if err != nil {
		return out, err
	}
	now := s.Clock.Now()
	out.State = b.states([]proposal{out.Proposal}, now)[which]
	out.From = effective(out.Next, now)
	if !out.Proposal.InForceAt.IsZero() { // it is compared with what held before it
		out.From = out.Proposal.InForceAt
		if i := slices.IndexFunc(b.rows, func(r proposal) bool { return r.ID == which }); i >= 0 {
			b.rows = b.rows[:i]
		}
	}
	out.Before = b.at(out.From).of(out.Proposal.Code)
	out.Changes, out.Diff = pack.Diff(out.Before, out.Next), pack.DiffHash(out.Before, out.Next)
	return out, nil
}

// Confirm puts a staged pack in force, at its day or at once. diff names what the
// actor saw it would change. An operator or a reviewer, other than who proposed
// it unless there is nobody else.
func (s *Service) Confirm(ctx context.Context, by actor.Actor, which id.Pack, diff string) (Seen, error) {
	if err := reads(by); err != nil {
		return Seen{}, err
	}
	seen, err := s.Look(ctx, by, which)
	if err != nil {
		return Seen{}, err
	}
	another, err := s.Colleagues.Another(ctx, by)
	if err != nil {
		return Seen{}, err
	}
	now := s.Clock.Now()
	b, err := s.read(ctx)
	if err != nil {
		return Seen{}, err
	}
	next, err := seen.Proposal.confirm(by.Staff, !another, effective(seen.Next, now), now)
	if err != nil {
		return Seen{}, err
	}
	if _, err := s.judged(b, seen.Next, now); err != nil {
		return Seen{}, err
	}
	if seen.Diff != diff {
		return Seen{}, errMoved
	}
	next.Diff = seen.Diff
	err = s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		next := next
		if err := s.unmoved(ctx, tx, b); err != nil {
			return err
		}
		facts := []fact{event.PackConfirmed{Pack: next.ID, Code: next.Code, Version: next.Version, Hash: next.Hash, Diff: next.Diff, By: by.Staff, InForceAt: next.InForceAt}}
		if !next.InForceAt.After(now) {
			next.ToldAt = now
			facts = append(facts, inForce(next))
		}
		if err := saveProposal(ctx, tx, next, seen.Proposal); err != nil {
			return err
		}
		for _, f := range facts {
			if err := s.Bus.Announce(ctx, tx, f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Seen{}, err
	}
	s.changed(ctx)
	return s.Look(ctx, by, which)
}

// unmoved reports whether nothing was confirmed or withdrawn since b was read.
func (s *Service) unmoved(ctx context.Context, tx *db.Tx, b *book) error {
	rows, err := confirmed(ctx, tx)
	if err != nil {
		return err
	}
	if !slices.EqualFunc(rows, b.rows, func(x, y proposal) bool { return x.ID == y.ID }) {
		return errMoved
	}
	return nil
}

type fact interface{ Fact() string }

func inForce(p proposal) event.PackInForce {
	return event.PackInForce{Pack: p.ID, Code: p.Code, Version: p.Version, Hash: p.Hash, Diff: p.Diff, At: p.InForceAt}
}

// Withdraw ends a proposal that is not in force. Operators only.
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, which id.Pack) error {
	if !by.Has(actor.Operator) {
		return errOperator
	}
	if _, err := id.Parse[id.Pack](string(which)); err != nil {
		return errPack.Because(err)
	}
	now := s.Clock.Now()
	err := s.DB.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		was, err := proposalByID(ctx, tx, which)
		if err != nil {
			return err
		}
		p, err := was.withdraw(by.Staff, now)
		if err != nil {
			return err
		}
		if err := saveProposal(ctx, tx, p, was); err != nil {
			return err
		}
		return s.Bus.Announce(ctx, tx, event.PackWithdrawn{Pack: p.ID, Code: p.Code, Hash: p.Hash, By: by.Staff})
	})
	if err == nil {
		s.changed(ctx)
	}
	return err
}

// Read answers the pack in force of that code, its text, and what was proposed for
// it.
func (s *Service) Read(ctx context.Context, by actor.Actor, code string) (p pack.Pack, text string, err error) {
	if err := reads(by); err != nil {
		return p, "", err
	}
	b, err := s.read(ctx)
	if err != nil {
		return p, "", err
	}
	now := s.Clock.Now()
	if p = b.at(now).of(code); p.Code == "" {
		return p, "", errPack
	}
	for _, r := range b.rows {
		if r.Code == code && r.Hash == p.Hash {
			text, err = textOf(ctx, s.DB, r.ID)
			return p, text, err
		}
	}
	return p, pack.BuiltinText(code), nil
}

// Classify puts a drama of which so much is known into a class, under the pack in
// force of that code and the rules of a day; "" is today.
func (s *Service) Classify(ctx context.Context, by actor.Actor, code string, f pack.Facts, on pack.Day) (pack.Ruling, error) {
	p, _, err := s.Read(ctx, by, code)
	if err != nil {
		return pack.Ruling{}, err
	}
	if on == "" {
		on = f.RuleDay(p.Day(s.Clock.Now()))
	} else if _, err := time.Parse(time.DateOnly, string(on)); err != nil {
		return pack.Ruling{}, errDay
	}
	return pack.Classify(p, f, on), nil
}
