// Package browser is a pure room: a short word for somebody to know one of their
// sessions by, made of what its browser says of itself. Nothing of that is kept.
package browser

import "strings"

// family is how a browser or a system gives itself away, and its name.
type family struct{ sign, name string }

// Many say that they are others too, so the first that fits is it.
var (
	browsers = []family{
		{"MicroMessenger/", "WeChat"}, {"MiuiBrowser/", "Mi Browser"}, {"HuaweiBrowser/", "Huawei Browser"}, {"SamsungBrowser/", "Samsung Internet"},
		{"QQBrowser/", "QQ Browser"}, {"UCBrowser/", "UC Browser"}, {"YaBrowser/", "Yandex Browser"}, {"Vivaldi/", "Vivaldi"},
		{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	}
	systems = []family{
		{"OpenHarmony", "HarmonyOS"}, {"HarmonyOS", "HarmonyOS"}, {"Android", "Android"}, {"iPhone", "iOS"}, {"iPad", "iPadOS"},
		{"CrOS", "ChromeOS"}, {"Windows", "Windows"}, {"Macintosh", "macOS"}, {"Linux", "Linux"},
	}
)

// Word is the family of a browser and of the system it runs on, such as
// "Chrome · Linux", in words of this file only. It is empty where nothing is known.
func Word(userAgent string) string {
	var words []string
	for _, kinds := range [][]family{browsers, systems} {
		for _, f := range kinds {
			if strings.Contains(userAgent, f.sign) {
				words = append(words, f.name)
				break
			}
		}
	}
	return strings.Join(words, " · ")
}
