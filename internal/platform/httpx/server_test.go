package httpx

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var quiet = slog.New(slog.DiscardHandler)

func start(t *testing.T, cfg ServerConfig, h http.Handler) *Server {
	t.Helper()
	cfg.Addr = "127.0.0.1:0"
	s, err := NewServer(cfg, h, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
		if err := s.Stop(ctx); err != nil {
			t.Errorf("stop again: %v", err)
		}
	})
	return s
}

func events(t *testing.T, h house, send func(*EventStream)) {
	h.Raw(Route{ID: "live", Method: "GET", Path: "/live", Who: Anyone, Long: true}, func(w http.ResponseWriter, r *http.Request, _ Caller) error {
		s, err := Stream(w, r)
		if err != nil {
			return err
		}
		send(s)
		<-s.Done()
		if err := s.Send("late", nil); err == nil {
			t.Error("an event could be sent after the end")
		}
		return nil
	})
}

func TestAStreamDeliversAndEndsWithTheServer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	events(t, h, func(s *EventStream) {
		if s.LastEventID != "41" {
			t.Errorf("Last-Event-ID = %q", s.LastEventID)
		}
		if err := s.SendID("4\n2", "x", nil); err == nil {
			t.Error("a line break in an id was sent")
		}
		s.SendID("42", "position", map[string]any{"position_ms": 1500, "note": "a\nb"})
		s.pulse()
		s.Send("hello", struct{}{})
	})
	s := start(t, DefaultServer(), h.Handler())
	r, _ := http.NewRequestWithContext(t.Context(), "GET", "http://"+s.Addr().String()+"/live", nil)
	r.Header.Set("Last-Event-ID", "41")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	want := "retry: 2000\n\nid: 42\nevent: position\ndata: {\"note\":\"a\\nb\",\"position_ms\":1500}\n\n:\n\nevent: hello\ndata: {}\n\n"
	got := make([]byte, len(want))
	if _, err := io.ReadFull(resp.Body, got); err != nil || string(got) != want {
		t.Fatalf("%v: %q", err, got)
	}
	if ct := resp.Header.Get("Content-Type"); ct != "text/event-stream" {
		t.Errorf("Content-Type %q", ct)
	}
	stopped := make(chan error)
	go func() { stopped <- s.Stop(t.Context()) }()
	if rest, err := io.ReadAll(resp.Body); err != nil || len(rest) != 0 {
		t.Errorf("after the end: %v %q", err, rest)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestAStreamEndsWhenTheClientGoes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ended := make(chan struct{})
	events(t, h, func(s *EventStream) {
		go func() { <-s.Context().Done(); close(ended) }()
	})
	s := start(t, DefaultServer(), h.Handler())
	ctx, leave := context.WithCancel(t.Context())
	r, _ := http.NewRequestWithContext(ctx, "GET", "http://"+s.Addr().String()+"/live", nil)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	bufio.NewReader(resp.Body).ReadString('\n')
	leave()
	<-ended
	resp.Body.Close()
}

func TestStopLetsRequestsFinish(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	inside, leave := make(chan struct{}), make(chan struct{})
	h.Raw(Route{ID: "slow", Method: "GET", Path: "/slow", Who: Anyone}, func(w http.ResponseWriter, _ *http.Request, _ Caller) error {
		close(inside)
		<-leave
		_, err := io.WriteString(w, "whole")
		return err
	})
	s := start(t, DefaultServer(), h.Handler())
	body := make(chan string)
	go func() {
		resp, err := http.Get("http://" + s.Addr().String() + "/slow")
		if err != nil {
			body <- err.Error()
			return
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		body <- string(b)
	}()
	<-inside
	stopped := make(chan error)
	go func() { stopped <- s.Stop(t.Context()) }()
	close(leave)
	if got := <-body; got != "whole" {
		t.Errorf("got %q", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// certificate writes a self-signed pair for the name and answers its pool.
func certificate(t *testing.T, dir, name string) (TLSConfig, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	cfg := TLSConfig{CertFile: filepath.Join(dir, "cert.pem"), KeyFile: filepath.Join(dir, "key.pem")}
	pool := x509.NewCertPool()
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(parsed)
	for file, block := range map[string]*pem.Block{cfg.CertFile: {Type: "CERTIFICATE", Bytes: der}, cfg.KeyFile: {Type: "EC PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cfg, pool
}

func TestTLSSpeaksHTTP2AndPlainHTTPRedirects(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Raw(Route{ID: "x", Method: "GET", Path: "/x", Who: Anyone}, func(w http.ResponseWriter, r *http.Request, c Caller) error {
		_, err := io.WriteString(w, r.Proto+" "+c.Origin)
		return err
	})
	cfg := DefaultServer()
	var pool *x509.CertPool
	cfg.TLS, pool = certificate(t, t.TempDir(), "play.example")
	cfg.RedirectAddr = "127.0.0.1:0"
	s := start(t, cfg, h.Handler())
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "play.example"}, ForceAttemptHTTP2: true}}
	resp, err := client.Get("https://" + s.Addr().String() + "/x")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, _ := io.ReadAll(resp.Body); string(b) != "HTTP/2.0 https://"+s.Addr().String() || resp.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("got %q, %v", b, resp.Header)
	}
	_, port, _ := strings.Cut(s.Addr().String(), ":")
	for _, c := range []struct{ host, want string }{
		{"play.example", "https://play.example:" + port + "/a?b=c"},
		{"play.example:80", "https://play.example:" + port + "/a?b=c"},
		{"[::1]:80", "https://[::1]:" + port + "/a?b=c"},
	} {
		w := get(s.also.Handler, "GET", "http://"+c.host+"/a?b=c")
		if w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != c.want {
			t.Errorf("%s: %d %q, want %q", c.host, w.Code, w.Header().Get("Location"), c.want)
		}
	}
}

func TestARenewedCertificateIsTakenAndABrokenOneIsNot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cfg, _ := certificate(t, dir, "old.example")
	var log bytes.Buffer
	k := &keeper{cert: cfg.CertFile, key: cfg.KeyFile, log: slog.New(slog.NewTextHandler(&log, nil))}
	name := func() string {
		t.Helper()
		k.looked = time.Time{} // as if the time to look again had come
		c, err := k.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		return c.Leaf.Subject.CommonName
	}
	if err := k.read(); err != nil {
		t.Fatal(err)
	}
	if got := name(); got != "old.example" {
		t.Errorf("first: %s", got)
	}
	if err := os.WriteFile(cfg.CertFile, []byte("half a certi"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := name(); got != "old.example" || !strings.Contains(log.String(), "old one stays") {
		t.Errorf("with a broken file: %s, log %s", got, &log)
	}
	certificate(t, dir, "new-name.example")
	if got := name(); got != "new-name.example" {
		t.Errorf("renewed: %s", got)
	}
}

func TestServerRefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*ServerConfig){
		"no address":       func(c *ServerConfig) { c.Addr = "" },
		"no port":          func(c *ServerConfig) { c.Addr = "localhost" },
		"no timeout":       func(c *ServerConfig) { c.WriteTimeout = 0 },
		"redirect to what": func(c *ServerConfig) { c.RedirectAddr = ":80" },
		"key alone":        func(c *ServerConfig) { c.TLS.KeyFile = "key.pem" },
		"two sources": func(c *ServerConfig) {
			c.TLS = TLSConfig{CertFile: "a", KeyFile: "b", ACMEDomains: []string{"play.example"}, ACMEDir: "d"}
		},
		"ACME without home": func(c *ServerConfig) { c.TLS = TLSConfig{ACMEDomains: []string{"play.example"}} },
		"no such file":      func(c *ServerConfig) { c.TLS = TLSConfig{CertFile: "/nonexistent/a", KeyFile: "/nonexistent/b"} },
	} {
		cfg := DefaultServer()
		change(&cfg)
		if _, err := NewServer(cfg, http.NotFoundHandler(), quiet); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	taken := start(t, DefaultServer(), http.NotFoundHandler())
	cfg := DefaultServer()
	cfg.Addr = taken.Addr().String()
	s, err := NewServer(cfg, http.NotFoundHandler(), quiet)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err == nil || !strings.Contains(err.Error(), cfg.Addr) {
		t.Errorf("a taken address: %v", err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Errorf("stop without a start: %v", err)
	}
	if _, err := new(keeper).stamps(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("stamps of no file: %v", err)
	}
}
