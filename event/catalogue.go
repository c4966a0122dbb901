package event

import "cliffhanger/internal/kernel/id"

// DramaPublished: viewers may find the drama from now on.
type DramaPublished struct {
	Drama id.Drama `json:"drama"`
	Org   id.Org   `json:"org"`
}

// DramaWithdrawn: viewers may no longer find or watch the drama.
type DramaWithdrawn struct {
	Drama id.Drama `json:"drama"`
	Org   id.Org   `json:"org"`
}

// DramaChanged: something a viewer or the console shows about the drama is different.
type DramaChanged struct {
	Drama   id.Drama `json:"drama"`
	Org     id.Org   `json:"org"`
	Version int64    `json:"version"`
}

func (DramaPublished) Fact() string { return "catalogue.drama_published" }
func (DramaWithdrawn) Fact() string { return "catalogue.drama_withdrawn" }
func (DramaChanged) Fact() string   { return "catalogue.drama_changed" }
