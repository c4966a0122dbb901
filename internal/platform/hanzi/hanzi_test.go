package hanzi

import "testing"

func TestOnlyTraditionalCharactersChange(t *testing.T) {
	t.Parallel()
	for traditional, simple := range map[rune]rune{'龍': '龙', '後': '后', '賭': '赌', '马': '马', '雨': '雨', 'a': 'a', 'é': 'é', '〇': '〇', 'あ': 'あ', -1: -1} {
		if got := Simplify(traditional); got != simple {
			t.Errorf("%q: %q, want %q", traditional, got, simple)
		}
	}
}
