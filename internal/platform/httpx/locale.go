package httpx

import (
	"net/http"
	"strconv"
	"strings"
)

// locales are the languages of the product; the first is the fallback.
type locales []string

// choose follows what the caller said, in order of intent: the ?lang= of this
// request, the ch_lang cookie, the browser's Accept-Language.
func (l locales) choose(r *http.Request) string {
	if strings.Contains(r.URL.RawQuery, "lang=") {
		if tag := l.match(r.URL.Query().Get("lang")); tag != "" {
			return tag
		}
	}
	if c, err := r.Cookie(LocaleCookie); err == nil {
		if tag := l.match(c.Value); tag != "" {
			return tag
		}
	}
	return l.accept(r.Header.Get("Accept-Language"))
}

// maxRanges bounds the work a hostile Accept-Language can cause.
const maxRanges = 16

// accept picks from an Accept-Language header (RFC 9110 §12.5.4): the matching
// range of the highest weight, the earlier of equals, else the fallback.
func (l locales) accept(header string) string {
	best, bestQ := l[0], 0.0
	for range maxRanges {
		if header == "" {
			break
		}
		var part string
		part, header, _ = strings.Cut(header, ",")
		tag, params, _ := strings.Cut(part, ";")
		if q := weight(params); q > bestQ {
			if m := l.match(strings.TrimSpace(tag)); m != "" {
				best, bestQ = m, q
			}
		}
	}
	return best
}

// match finds the locale for a language tag: the same, or one of the same
// primary language; "" when there is none.
func (l locales) match(tag string) string {
	if tag == "" {
		return ""
	}
	for _, have := range l {
		if strings.EqualFold(have, tag) {
			return have
		}
	}
	want, _, _ := strings.Cut(tag, "-")
	for _, have := range l {
		if primary, _, _ := strings.Cut(have, "-"); strings.EqualFold(primary, want) {
			return have
		}
	}
	return ""
}

// weight reads ";q=0.8"; none is 1, and what cannot be read is 0.
func weight(params string) float64 {
	params = strings.ToLower(strings.ReplaceAll(params, " ", ""))
	if params == "" {
		return 1
	}
	v, ok := strings.CutPrefix(params, "q=")
	if !ok {
		return 0
	}
	q, err := strconv.ParseFloat(v, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}
