package search

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"
)

// Weights of the ways in which a term is found: literally in the title counts
// most, by likeness least.
const (
	wTitle    = 10
	wPeople   = 6
	wTag      = 4
	wSynopsis = 1
	wSpelling = 3
	wLike     = 0.3
)

// build makes the index's query: every term has to be found in some way.
func build(q Query) query.Query {
	all := make([]query.Query, len(q.Terms))
	for i, term := range q.Terms {
		first, _ := utf8.DecodeRuneInString(term)
		if isHan(first) {
			all[i] = chinese(term)
		} else {
			all[i] = latin(term)
		}
	}
	return bleve.NewConjunctionQuery(all...)
}

func exactly(field, term string, weight float64) query.Query {
	t := bleve.NewTermQuery(term)
	t.SetField(field)
	t.SetBoost(weight)
	return t
}

func beginning(field, term string, weight float64) query.Query {
	p := bleve.NewPrefixQuery(term)
	p.SetField(field)
	p.SetBoost(weight)
	return p
}

func alike(field, term string, edits int, weight float64) query.Query {
	f := bleve.NewFuzzyQuery(term)
	f.SetField(field)
	f.SetFuzziness(edits)
	f.SetPrefix(1) // the first letter is rarely wrong, and this keeps the walk short
	f.SetBoost(weight)
	return f
}

func chinese(run string) query.Query {
	var any []query.Query
	pairs, chars := tokens(run), characters(run)
	fields, weights := []string{fTitle, fPeople, fTag, fSynopsis}, []float64{wTitle, wPeople, wTag, wSynopsis}
	if len(chars) == 1 {
		fields = []string{fTitle1, fPeople1, fTag1, fSynopsis1}
	}
	for i, field := range fields {
		every := make([]query.Query, len(pairs))
		for j, p := range pairs {
			every[j] = exactly(field, p, weights[i])
		}
		any = append(any, bleve.NewConjunctionQuery(every...))
	}
	if sounds := Pinyin(run); len(chars) >= 2 && len(sounds) > 0 { // the same sounds in other characters
		any = append(any, beginning(fSpelling, strings.Join(sounds[0], ""), wSpelling))
	}
	if len(chars) >= 3 { // a third of the characters may be wrong
		some := make([]query.Query, len(chars))
		for i, c := range chars {
			some[i] = exactly(fTitle1, c, wLike)
		}
		most := bleve.NewDisjunctionQuery(some...)
		most.SetMin(float64(len(chars) - len(chars)/3))
		any = append(any, most)
	}
	return bleve.NewDisjunctionQuery(any...)
}

func latin(word string) query.Query {
	any := []query.Query{
		exactly(fTitle, word, wTitle), exactly(fPeople, word, wPeople),
		exactly(fTag, word, wTag), exactly(fSynopsis, word, wSynopsis),
	}
	if len(word) >= 2 { // readers look while they type
		any = append(any, beginning(fTitle, word, wTitle/2), beginning(fPeople, word, wPeople/2),
			beginning(fTag, word, wTag/2), beginning(fSpelling, word, wSpelling), beginning(fInitials, word, wSpelling))
	}
	if edits := edits(word); edits > 0 {
		for _, field := range []string{fTitle, fPeople, fTag, fSpelling} {
			any = append(any, alike(field, word, edits, wLike))
		}
	}
	return bleve.NewDisjunctionQuery(any...)
}

// edits is how many letters of a word may be wrong.
func edits(word string) int {
	switch n := utf8.RuneCountInString(word); {
	case n < 4:
		return 0
	case n < 8:
		return 1
	}
	return 2
}
