package browser

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestBrowsersAreKnownByAShortWord(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36":                                              "Chrome · Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0":                      "Edge · Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15":                              "Safari · macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0.0.0 Mobile/15E148 Safari/604.1":         "Chrome · iOS",
		"Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1":                     "Safari · iPadOS",
		"Mozilla/5.0 (Linux; U; Android 15; zh-cn; 24129PN74C) AppleWebKit/537.36 Version/4.0 Chrome/119.0 Mobile Safari/537.36 XiaoMi/MiuiBrowser/19.9":     "Mi Browser · Android",
		"Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1 Mobile HuaweiBrowser/5.1.0.3": "Huawei Browser · HarmonyOS",
		"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0":                                                                     "Firefox · Linux",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36":                                     "Chrome · ChromeOS",
		"curl/8.5.0":           "",
		"Something on Windows": "Windows",
		"":                     "",
	} {
		if got := Word(said); got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}

// Nothing a browser says is kept but words of the house's own.
func TestNoWordOfABrowserIsKept(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, f := range append(append([]family{}, browsers...), systems...) {
		known[f.name] = true
	}
	rapid.Check(t, func(t *rapid.T) {
		said := strings.Join(rapid.SliceOf(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"Chrome/1", "Linux", "Edg/2", "Android", "<b>"}))).Draw(t, "said"), " ")
		if word := Word(said); word != "" {
			for _, w := range strings.Split(word, " · ") {
				if !known[w] {
					t.Fatalf("%q of %q", w, said)
				}
			}
		}
	})
}
