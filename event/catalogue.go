package event

import (
	"strconv"

	"cliffhanger/internal/kernel/id"
)

// DramaPublished: viewers may find the drama from now on.
type DramaPublished struct {
	Drama id.Drama `json:"drama"`
	Org   id.Org   `json:"org"`
	By    Doer     `json:"by"`
}

// DramaWithdrawn: viewers may no longer find or watch the drama.
type DramaWithdrawn struct {
	Drama id.Drama `json:"drama"`
	Org   id.Org   `json:"org"`
	By    Doer     `json:"by"`
}

// DramaChanged: something a viewer or the console shows about the drama is different.
type DramaChanged struct {
	Drama   id.Drama `json:"drama"`
	Org     id.Org   `json:"org"`
	Version int64    `json:"version"`
	By      Doer     `json:"by"`
}

func (DramaPublished) Fact() string { return "catalogue.drama_published" }
func (DramaWithdrawn) Fact() string { return "catalogue.drama_withdrawn" }
func (DramaChanged) Fact() string   { return "catalogue.drama_changed" }

func (f DramaPublished) Record() Record { return ofDrama(f.Drama, f.Org, f.By, "", "published") }
func (f DramaWithdrawn) Record() Record { return ofDrama(f.Drama, f.Org, f.By, "", "withdrawn") }
func (f DramaChanged) Record() Record {
	return ofDrama(f.Drama, f.Org, f.By, strconv.FormatInt(f.Version, 10), "")
}

func ofDrama(d id.Drama, org id.Org, by Doer, version, to string) Record {
	return Record{Org: org, By: by, Object: Object{Type: "drama", ID: string(d), Version: version}, Drama: d, To: to}
}
