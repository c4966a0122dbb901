package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
)

// format changes whenever documents are built or mapped differently, so that an
// index of another making is not read.
const format = "1"

// Mark says up to where an index is true.
type Mark struct {
	Format string `json:"format"`
	Origin int64  `json:"origin"` // which catalogue it was made from
	Change int64  `json:"change"` // the last change it holds
}

var markKey = []byte("catalogue.mark")

// Index is the inverted index of one node. It is safe for concurrent use.
type Index struct {
	dir    string
	bleve  bleve.Index
	mark   Mark
	once   sync.Once
	closed error
}

// ErrBusy says that another process holds the index.
var ErrBusy = errors.New("the search index is in use by another process")

// Open opens the index in dir, which is made if need be. An index that is
// damaged, of another format or of another origin is thrown away and begins
// empty. Nothing but an index may lie in dir.
func Open(dir string, origin int64) (*Index, error) {
	x := &Index{dir: filepath.Join(dir, "dramas")}
	err := x.open()
	if errors.Is(err, ErrBusy) {
		return nil, err
	}
	if err == nil && x.mark.Format == format && x.mark.Origin == origin {
		return x, nil
	}
	if x.bleve != nil {
		x.bleve.Close()
	}
	if err := os.RemoveAll(x.dir); err != nil {
		return nil, fmt.Errorf("throw search index away: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	x.bleve, err = bleve.NewUsing(x.dir, documentMapping(), scorch.Name, scorch.Name, map[string]any{"bolt_timeout": lockWait})
	if err != nil {
		return nil, fmt.Errorf("make search index: %w", err)
	}
	x.mark = Mark{Format: format, Origin: origin}
	return x, x.Apply(nil, nil, 0)
}

// lockWait is how long to wait for another process that holds the index.
const lockWait = "2s"

func (x *Index) open() (err error) {
	defer func() { // the library trusts its files more than a disk deserves
		if r := recover(); r != nil {
			err = fmt.Errorf("search index is damaged: %v", r)
		}
	}()
	opened, err := bleve.OpenUsing(x.dir, map[string]any{"bolt_timeout": lockWait})
	if err != nil { // opened is then a nil pointer, which x.bleve must not hold
		if strings.Contains(err.Error(), "timeout") {
			return ErrBusy
		}
		return err
	}
	x.bleve = opened
	raw, err := x.bleve.GetInternal(markKey)
	if err != nil || raw == nil {
		return errors.Join(errors.New("search index has no mark"), err)
	}
	return json.Unmarshal(raw, &x.mark)
}

// Close lets go of the files. It may be called twice.
func (x *Index) Close() error {
	x.once.Do(func() { x.closed = x.bleve.Close() })
	return x.closed
}

// Change is the last change the index holds. Only the goroutine that applies
// changes may ask.
func (x *Index) Change() int64 { return x.mark.Change }

// Apply puts and removes documents and moves the mark, all or nothing.
func (x *Index) Apply(put []Doc, remove []string, change int64) error {
	b := x.bleve.NewBatch()
	for _, d := range put {
		if err := b.Index(d.ID, indexed(d)); err != nil {
			return fmt.Errorf("index %s: %w", d.ID, err)
		}
	}
	for _, doc := range remove {
		b.Delete(doc)
	}
	mark := x.mark
	mark.Change = change
	raw, err := json.Marshal(mark)
	if err != nil {
		return err
	}
	b.SetInternal(markKey, raw)
	if err := x.bleve.Batch(b); err != nil {
		return fmt.Errorf("write search index: %w", err)
	}
	x.mark = mark
	return nil
}

// Hit is a document found.
type Hit struct {
	ID    string  `json:"i"`
	Score float64 `json:"s"`
}

// Find answers up to limit documents, the best first, after a hit (nil: from
// the beginning).
func (x *Index) Find(ctx context.Context, q Query, after *Hit, limit int) ([]Hit, error) {
	if q.Empty() {
		return nil, nil
	}
	r := bleve.NewSearchRequestOptions(build(q), limit, 0, false)
	r.SortBy([]string{"-_score", "_id"})
	if after != nil {
		r.SetSearchAfter([]string{strconv.FormatFloat(after.Score, 'g', -1, 64), after.ID})
	}
	found, err := x.bleve.SearchInContext(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	hits := make([]Hit, len(found.Hits))
	for i, h := range found.Hits {
		hits[i] = Hit{ID: h.ID, Score: h.Score}
	}
	return hits, nil
}

// Names of the indexed fields. The 1 marks single characters.
const (
	fTitle, fTitle1       = "t", "t1"
	fPeople, fPeople1     = "p", "p1"
	fTag, fTag1           = "g", "g1"
	fSynopsis, fSynopsis1 = "s", "s1"
	fSpelling, fInitials  = "y", "i"
)

// indexed is the document as fields of tokens parted by spaces.
func indexed(d Doc) map[string]string {
	title, people := Fold(strings.Join(d.Titles, " / ")), Fold(strings.Join(d.People, " / "))
	tags, synopsis := Fold(strings.Join(d.Tags, " / ")), Fold(strings.Join(d.Synopses, " / "))
	full, initials := spellings(Pinyin(title + " " + people))
	join := func(s []string) string { return strings.Join(s, " ") }
	return map[string]string{
		fTitle: join(tokens(title)), fTitle1: join(characters(title)),
		fPeople: join(tokens(people)), fPeople1: join(characters(people)),
		fTag: join(tokens(tags)), fTag1: join(characters(tags)),
		fSynopsis: join(tokens(synopsis)), fSynopsis1: join(characters(synopsis)),
		fSpelling: join(full), fInitials: join(initials),
	}
}

func documentMapping() mapping.IndexMapping {
	m := bleve.NewIndexMapping()
	if err := m.AddCustomAnalyzer("tokens", map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		panic("search: " + err.Error()) // a constant, so wrong for everybody or nobody
	}
	m.DefaultAnalyzer = "tokens"
	field := bleve.NewTextFieldMapping()
	field.Store, field.IncludeTermVectors, field.IncludeInAll, field.DocValues = false, false, false, false
	doc := bleve.NewDocumentStaticMapping()
	for _, name := range []string{fTitle, fTitle1, fPeople, fPeople1, fTag, fTag1, fSynopsis, fSynopsis1, fSpelling, fInitials} {
		doc.AddFieldMappingsAt(name, field)
	}
	m.DefaultMapping = doc
	return m
}

// Discard closes the index and deletes it; the next Open begins empty.
func (x *Index) Discard() error { return errors.Join(x.Close(), os.RemoveAll(x.dir)) }
