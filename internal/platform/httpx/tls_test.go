package httpx

import (
	"bytes"
	"crypto/tls"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestACMEIsAskedForFullNamesOnly(t *testing.T) {
	t.Parallel()
	for domain, fine := range map[string]bool{
		"watch.example.com": true, "例子.中国": true, "example.com.": true,
		"localhost": false, "": false, "*.example.com": false, "https://example.com": false, "example.com:443": false, "192.0.2.1": false,
	} {
		err := TLSConfig{ACMEDomains: []string{domain}, ACMEDir: "acme"}.Validate()
		if (err == nil) != fine {
			t.Errorf("%q: %v", domain, err)
		}
	}
	for url, fine := range map[string]bool{"": true, "https://ca.example/dir": true, "http://ca.example/dir": false, "ca.example": false} {
		err := TLSConfig{ACMEDomains: []string{"watch.example.com"}, ACMEDir: "acme", ACMEDirectory: url}.Validate()
		if (err == nil) != fine {
			t.Errorf("authority %q: %v", url, err)
		}
	}
}

// The visitor sees nothing but a broken handshake, so the log has to say why;
// once, however many visitors come, and not for names that strangers try.
func TestALogSaysWhyThereIsNoCertificate(t *testing.T) {
	t.Parallel()
	closed := httptest.NewTLSServer(http.NotFoundHandler())
	closed.Close()
	var log bytes.Buffer
	cfg := TLSConfig{ACMEDomains: []string{"play.example"}, ACMEDir: t.TempDir(), ACMEDirectory: closed.URL}
	conf, _, err := cfg.load(slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"stranger.example", "", "Play.Example", "play.example"} {
		if _, err := conf.GetCertificate(&tls.ClientHelloInfo{ServerName: name}); err == nil {
			t.Errorf("%q: a certificate from nowhere", name)
		}
	}
	if text := log.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, "level=WARN") || !strings.Contains(text, "Play.Example") {
		t.Errorf("the log says:\n%s", text)
	}
}
