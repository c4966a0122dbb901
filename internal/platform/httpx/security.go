package httpx

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// contentPolicy allows what our own pages need and nothing else: no inline
// scripts or styles, no foreign origin but those media are redirected to.
func contentPolicy(media []string) string {
	also := ""
	for _, o := range media {
		also += " " + o
	}
	return strings.Join([]string{
		"default-src 'self'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self' data: blob:" + also,
		"media-src 'self' blob:" + also,
		"connect-src 'self'" + also,
		"worker-src 'self'",
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	}, "; ")
}

// mediaHeaders are all that media have, which are asked for hundreds of times an
// episode: the others are for documents to obey.
const mediaHeaders = "X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n"

// secureHeaders are of every answer.
func secureHeaders(h http.Header, policy, path string, secure bool) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if strings.HasPrefix(path, "/media/") {
		return
	}
	if secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
}

// ScriptHash is the digest of an inline script's text, for AllowScriptHash.
func ScriptHash(script []byte) [sha256.Size]byte { return sha256.Sum256(script) }

// AllowScriptHash widens this one answer's policy by the inline script with the
// given digest, such as the JSON-LD of a page. Call it before the answer begins.
func AllowScriptHash(w http.ResponseWriter, sum [sha256.Size]byte) {
	h := w.Header()
	src := "script-src 'self'"
	h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"),
		src, src+" 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'", 1))
}
