package bus

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPausesGrowAndNeverPassTheLongest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "first"))
		longest := first * time.Duration(rapid.IntRange(1, 1000).Draw(t, "times"))
		try := rapid.IntRange(1, 1<<40).Draw(t, "try")
		this, next := backoff(try, first, longest), backoff(try+1, first, longest)
		if this < first || this > longest || next < this || this < longest && next != min(2*this, longest) {
			t.Fatalf("try %d: %v, then %v", try, this, next)
		}
	})
}

func TestAQueueIsReadBackFromItsSubject(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		queue := rapid.StringMatching(`[a-z0-9_]{1,9}(\.[a-z0-9_]{1,9}){0,3}`).Draw(t, "queue")
		mustName("queue", queue)
		if got := queueOf(jobSubject(queue, rapid.Bool().Draw(t, "later"))); got != queue {
			t.Fatalf("%q became %q", queue, got)
		}
	})
}

func TestNamesThatNoSubjectCanHoldAreRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", ".", "a.", ".a", "a..b", "a b", "a.*", "a.>", "A", "a-b", "é", strings.Repeat("a.", 9)} {
		if _, err := encode(name, 1); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
}

func TestWhatIsTooLargeOrNoDataIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := encode("a.b", strings.Repeat("x", maxPayload)); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
	if _, err := encode("a.b", func() {}); err == nil {
		t.Error("a function was encoded")
	}
}

func TestPermanentIsSeenThroughWrapping(t *testing.T) {
	t.Parallel()
	cause := errors.New("no")
	err := fmt.Errorf("while: %w", Permanent(cause))
	if !isPermanent(err) || !errors.Is(err, cause) || isPermanent(cause) || Permanent(nil) != nil {
		t.Error(err)
	}
	if _, err := decode[struct{ N int }]([]byte(`{"N":"x"}`)); !isPermanent(err) {
		t.Error(err)
	}
}

func TestAPanicIsAnErrorThatSaysWhere(t *testing.T) {
	t.Parallel()
	err := safely(func() error { panic("here") })
	if err == nil || !strings.Contains(err.Error(), "panic: here") || !strings.Contains(err.Error(), "message_test.go") {
		t.Error(err)
	}
}

func TestTextFitsBothEngines(t *testing.T) {
	t.Parallel()
	if got := printable("a\x00b\xffc"); got != "a\uFFFDb\uFFFDc" {
		t.Errorf("%q", got)
	}
}

func TestCountsOfAQueueAddUp(t *testing.T) {
	t.Parallel()
	got := merge([]Queue{{Name: "b", Waiting: 1}, {Name: "a", Dead: 2}, {Name: "b", Waiting: 2, Running: 3}, {Name: "b", Dead: 4}})
	want := []Queue{{Name: "a", Dead: 2}, {Name: "b", Waiting: 3, Running: 3, Dead: 4}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
