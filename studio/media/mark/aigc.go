package mark

import (
	"encoding/json"
	"slices"
	"strings"
)

// Label says how sure it is that a work is made by a machine.
type Label string

// The labels of GB 45438-2025, annex E.
const (
	Made      Label = "1" // it is
	Possible  Label = "2" // its maker says so, and nothing in it does
	Suspected Label = "3" // something in it does
)

// AIGC is what a file says of machine-made content. The producer's fields are the
// producer's: nobody later touches them.
type AIGC struct {
	Label             Label  `json:"Label"`
	ContentProducer   string `json:"ContentProducer"`
	ProduceID         string `json:"ProduceID"`
	ReservedCode1     string `json:"ReservedCode1"`
	ContentPropagator string `json:"ContentPropagator"`
	PropagateID       string `json:"PropagateID"`
	ReservedCode2     string `json:"ReservedCode2"`
}

// Read reads the value of a file's AIGC key, with or without the outer object some
// tools write. "" says nothing: ok is false. Anything else says something; where it
// cannot be understood it is a suspicion.
func Read(value string) (a AIGC, ok bool) {
	if strings.TrimSpace(value) == "" {
		return AIGC{}, false
	}
	var outer struct {
		AIGC json.RawMessage `json:"AIGC"`
	}
	inner := []byte(value)
	if json.Unmarshal(inner, &outer) == nil && len(outer.AIGC) > 0 {
		inner = outer.AIGC
	}
	if json.Unmarshal(inner, &a) != nil {
		return AIGC{Label: Suspected}, true
	}
	if !slices.Contains([]Label{Made, Possible, Suspected}, a.Label) {
		a.Label = Suspected
	}
	return a, true
}

// apart stands between the platforms a work has passed. No code has it in itself.
const apart = ";"

// Passed is a with a platform added to those that spread the work, under the name
// it has there. A platform is in it once.
func (a AIGC) Passed(platform, id string) AIGC {
	if platform == "" || slices.Contains(strings.Split(a.ContentPropagator, apart), platform) {
		return a
	}
	if a.ContentPropagator != "" || a.PropagateID != "" {
		a.ContentPropagator += apart
		a.PropagateID += apart
	}
	a.ContentPropagator += platform
	a.PropagateID += id
	return a
}

// String is the value of the AIGC key: a JSON object of exactly seven strings.
func (a AIGC) String() string {
	b, err := json.Marshal(a)
	if err != nil {
		panic(err) // seven strings
	}
	return string(b)
}
