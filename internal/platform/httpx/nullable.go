package httpx

import (
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// Nullable is an input that may be absent, null or a value.
type Nullable[T any] struct {
	value *T // nil: absent
}

// Sent answers what was sent: nil where it was absent, the zero value for null.
func (n Nullable[T]) Sent() *T { return n.value }

// UnmarshalJSON is called for null too, but not for what is absent.
func (n *Nullable[T]) UnmarshalJSON(b []byte) error {
	n.value = new(T)
	return json.Unmarshal(b, n.value)
}

// Schema is that of a value, or null.
func (n Nullable[T]) Schema(r huma.Registry) *huma.Schema {
	s := r.Schema(reflect.TypeFor[T](), true, "")
	s.Nullable = true
	return s
}
