package poster

import (
	"encoding/json"

	"cliffhanger/studio/catalogue/words"
)

// Set is a drama's pictures of one shape, by language like its words.
type Set map[string]Image

// In answers the picture a reader of the wanted languages is shown, or nil where
// there is none.
func (s Set) In(wanted ...string) *Image {
	if i := words.Choose(s, wanted...); i.Hash != "" {
		return &i
	}
	return nil
}

// String is the form a set is kept in, which ReadSet reads.
func (s Set) String() string {
	if len(s) == 0 {
		return ""
	}
	b, err := json.Marshal(s)
	if err != nil {
		panic("poster: " + err.Error()) // plain data
	}
	return string(b)
}

// ReadSet reads pictures by language. Earlier states wrote one picture without a
// language: it is the original one's.
func ReadSet(kept, original string) (Set, error) {
	if kept == "" {
		return nil, nil
	}
	var s Set
	if json.Unmarshal([]byte(kept), &s) == nil {
		return s, nil
	}
	var only Image
	err := json.Unmarshal([]byte(kept), &only)
	return Set{original: only}, err
}
