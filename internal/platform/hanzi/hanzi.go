// Package hanzi knows the simplified forms of Chinese characters.
package hanzi

import (
	"sync"

	"github.com/longbridgeapp/opencc"
)

// first is the first character that can have a simplified form: CJK extension A.
const first = 0x3400

// Simplify answers the simplified form of a traditional character, by OpenCC's
// dictionary of characters, and every other rune as it is. It goes by character and
// not by phrase, so that one character alone finds what a phrase holds. The first
// call with a Chinese character loads the dictionary.
func Simplify(r rune) rune {
	if r < first {
		return r
	}
	if s, ok := simplified()[r]; ok {
		return s
	}
	return r
}

// simplified maps the characters whose simplified form differs.
var simplified = sync.OnceValue(func() map[rune]rune {
	converter, err := opencc.New("t2s")
	if err != nil {
		panic("hanzi: the built-in dictionary does not load: " + err.Error())
	}
	out := map[rune]rune{}
	for _, block := range [][2]rune{{first, 0x4DBF}, {0x4E00, 0x9FFF}} {
		for r := block[0]; r <= block[1]; r++ {
			s, err := converter.Convert(string(r))
			if to := []rune(s); err == nil && len(to) == 1 && to[0] != r {
				out[r] = to[0]
			}
		}
	}
	return out
})
