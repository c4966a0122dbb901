// Package page is how lists are cut: by key, never by offset, so that a page
// stays right while rows come and go.
package page

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"

	"cliffhanger/internal/kernel/fault"
)

// Request asks for the items after a cursor.
type Request struct {
	After string // the Next of the page before; empty is the beginning
	Limit int    // how many at most
}

// Of is one page; an empty Next means there is nothing after it.
type Of[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// Clamp keeps a limit between 1 and most; a limit of 0 becomes usual.
func Clamp(limit, usual, most int) int {
	if limit == 0 {
		limit = usual
	}
	return min(max(limit, 1), most)
}

// Cursor packs a sort key into an opaque string.
func Cursor(key any) string {
	b, err := json.Marshal(key)
	if err != nil {
		panic("page: a sort key must be plain data: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// Read unpacks a cursor made by Cursor into key; an empty cursor leaves key
// alone. A cursor that cannot be read is an Invalid fault, code page.cursor_invalid.
func Read(cursor string, key any) error {
	if cursor == "" {
		return nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil && bytes.Contains(b, []byte(`\u0000`)) {
		err = errors.New("a key holds no NUL, which PostgreSQL refuses")
	}
	if err == nil {
		err = json.Unmarshal(b, key)
	}
	if err != nil {
		return fault.New(fault.Invalid, "page.cursor_invalid", "This list position is not valid; start from the first page.").Because(err)
	}
	return nil
}

// Cut makes a page from limit+1 rows: the extra row only says that there is more.
func Cut[T any](rows []T, limit int, key func(T) any) Of[T] {
	if len(rows) <= limit {
		if rows == nil {
			rows = []T{}
		}
		return Of[T]{Items: rows}
	}
	rows = rows[:limit]
	return Of[T]{Items: rows, Next: Cursor(key(rows[limit-1]))}
}
