package page_test

import (
	"testing"

	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/page"
)

func TestPagesTogetherAreTheWholeList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total, limit := rapid.IntRange(0, 50).Draw(t, "total"), rapid.IntRange(1, 9).Draw(t, "limit")
		seen, cursor := 0, ""
		for {
			after := -1
			if err := page.Read(cursor, &after); err != nil {
				t.Fatal(err)
			}
			var rows []int
			for i := after + 1; i < total && len(rows) <= limit; i++ {
				rows = append(rows, i)
			}
			p := page.Cut(rows, limit, func(i int) any { return i })
			for _, v := range p.Items {
				if v != seen {
					t.Fatalf("item %d where %d was due", v, seen)
				}
				seen++
			}
			if cursor = p.Next; cursor == "" {
				break
			}
		}
		if seen != total {
			t.Fatalf("saw %d of %d", seen, total)
		}
	})
}

func TestACursorWithNULIsRefused(t *testing.T) {
	t.Parallel()
	var key struct{ A string }
	if err := page.Read(page.Cursor(struct{ A string }{"a\x00"}), &key); fault.KindOf(err) != fault.Invalid {
		t.Fatalf("%+v, %v", key, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("!", "")
	f.Add("eyJ", "x")
	f.Fuzz(func(t *testing.T, cursor, _ string) {
		var key struct{ A, B string }
		if err := page.Read(cursor, &key); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Fatalf("%v", err)
		}
	})
}
