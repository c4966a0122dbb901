package db_test

import (
	"slices"
	"testing"

	"cliffhanger/internal/platform/db"
)

func TestStatementsForManyRows(t *testing.T) {
	t.Parallel()
	if got := db.Tuples(2, 3); got != "($1,$2,$3),($4,$5,$6)" {
		t.Error(got)
	}
	if got := db.AnyOf(2, "a", "b"); got != "(a = $1 AND b = $2) OR (a = $3 AND b = $4)" {
		t.Error(got)
	}
	for n := range 200 {
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		var got []int
		sizes := map[int]bool{}
		if err := db.Pieces(all, func(piece []int) error {
			got, sizes[len(piece)] = append(got, piece...), true
			return nil
		}); err != nil || !slices.Equal(got, all) {
			t.Fatalf("%d rows: %v %v", n, got, err)
		}
		for size := range sizes {
			if size&(size-1) != 0 || size > 64 {
				t.Errorf("%d rows: a piece of %d", n, size)
			}
		}
	}
}
