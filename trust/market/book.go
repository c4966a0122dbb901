package market

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"cliffhanger/trust/market/pack"

	"cliffhanger/internal/platform/obs"
)

// book is every pack that was, is or will be in force, as this node read it.
type book struct {
	rows   []proposal // confirmed and not withdrawn, the earliest in force first
	packs  map[string]pack.Pack
	readAt time.Time
	page   *page // what is in force
}

// page is what is in force from one change to the next. A page that says the same
// as the one before is that one, so that whoever made something of it keeps it.
type page struct {
	packs []pack.Pack
	until time.Time // when something else is; zero: nothing is known
}

// at is what is in force at a moment, by code.
func (b *book) at(moment time.Time) *page {
	p := &page{}
	held := map[string]pack.Pack{}
	for _, builtin := range pack.Builtin() {
		held[builtin.Code] = builtin
	}
	for _, r := range b.rows {
		if r.InForceAt.After(moment) {
			p.until = r.InForceAt
			break
		}
		held[r.Code] = b.packs[r.Hash]
	}
	for _, one := range held {
		p.packs = append(p.packs, one)
	}
	slices.SortFunc(p.packs, func(a, b pack.Pack) int { return strings.Compare(a.Code, b.Code) })
	return p
}

func (p *page) same(o *page) bool {
	return slices.EqualFunc(p.packs, o.packs, func(a, b pack.Pack) bool { return a.Hash == b.Hash })
}

// of is the pack of that code, or a zero one.
func (p *page) of(code string) pack.Pack {
	if i := slices.IndexFunc(p.packs, func(q pack.Pack) bool { return q.Code == code }); i >= 0 {
		return p.packs[i]
	}
	return pack.Pack{}
}

// current is the page of now. While it cannot be read, what was read before holds,
// and before anything was, what comes with the product.
func (s *Service) current() *page {
	now := s.Clock.Now()
	b := s.book.Load()
	if b == nil || now.Sub(b.readAt).Abs() >= believed {
		b = s.reread(now)
	}
	if p := b.page; p.until.IsZero() || now.Before(p.until) {
		return p
	}
	next := b.at(now)
	if next.same(b.page) {
		next.packs = b.page.packs
	}
	s.book.CompareAndSwap(b, &book{b.rows, b.packs, b.readAt, next})
	return next
}

// reread reads the packs for everybody who waits: it asks for itself.
func (s *Service) reread(now time.Time) *book {
	before := s.book.Load()
	if !s.reading.TryLock() {
		if before != nil { // somebody reads; who waited might hold what they need for it
			return before
		}
		s.reading.Lock()
	}
	defer s.reading.Unlock()
	before = s.book.Load()
	if before != nil && now.Sub(before.readAt).Abs() < believed {
		return before
	}
	ctx, cancel := context.WithTimeout(context.Background(), believed)
	defer cancel()
	b, err := s.read(ctx)
	if err != nil {
		s.Log.Log(ctx, obs.Level(err), "the rules of markets could not be read; what held before holds", "error", err)
		if b = before; b == nil {
			b = &book{}
		}
		b = &book{rows: b.rows, packs: b.packs}
	}
	b.readAt, b.page = now, b.at(now)
	s.book.Store(b)
	return b
}

// stale makes whoever asks next read the packs.
func (s *Service) stale() {
	if b := s.book.Load(); b != nil {
		s.book.Store(&book{rows: b.rows, packs: b.packs, page: b.page})
	}
}

func (s *Service) read(ctx context.Context) (*book, error) {
	rows, err := confirmed(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	b := &book{rows: rows, packs: map[string]pack.Pack{}}
	for _, r := range rows {
		if b.packs[r.Hash], err = s.parsed(ctx, r); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// parsed is the pack of a row, read once per node.
func (s *Service) parsed(ctx context.Context, r proposal) (pack.Pack, error) {
	if p, ok := s.texts.GetIfPresent(r.Hash); ok {
		return p, nil
	}
	text, err := textOf(ctx, s.DB, r.ID)
	if err != nil {
		return pack.Pack{}, err
	}
	p, err := pack.Parse(text)
	if err == nil {
		s.texts.Set(r.Hash, p)
	}
	return p, err
}

// InForce are the packs in force now, by code.
func (s *Service) InForce() []pack.Pack { return slices.Clone(s.current().packs) }

// Derived answers what make makes of the packs in force, made once per change. Where
// it cannot be made, what was made before holds, and before that, usual: the judges
// refuse such packs, so that is a node with older software than the others.
func Derived[T any](s *Service, usual T, make func(packs []pack.Pack) (T, error)) func() T {
	var mu sync.Mutex
	var of *page
	held := usual
	return func() T {
		now := s.current()
		mu.Lock()
		defer mu.Unlock()
		if of != nil && (of == now || of.same(now)) {
			of = now
			return held
		}
		made, err := make(now.packs)
		if err != nil {
			s.Log.Error("rules of markets cannot be used here; what held before holds", "error", err)
			made = held
		}
		of, held = now, made
		return held
	}
}
