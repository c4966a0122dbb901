package httpx

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
	"golang.org/x/time/rate"
)

// TLSConfig says where certificates come from: files of one's own, or an ACME
// authority such as Let's Encrypt. Neither set means no TLS.
type TLSConfig struct {
	CertFile string `help:"Certificate chain, PEM. Read again when it changes."`
	KeyFile  string `help:"Private key, PEM."`

	ACMEDomains   []string `name:"acme-domains" help:"Domains to get certificates for by ACME; this accepts the authority's terms."` // the first is the node's name
	ACMEEmail     string   `name:"acme-email" help:"Where the authority may write to."`
	ACMEDir       string   `name:"acme-dir" help:"Directory that keeps the certificates."`
	ACMEDirectory string   `name:"acme-directory" help:"Directory URL of the authority; empty is Let's Encrypt."`
}

// Enabled reports whether there is TLS at all.
func (c TLSConfig) Enabled() bool {
	return c.CertFile != "" || c.KeyFile != "" || len(c.ACMEDomains) > 0
}

// Validate lists everything that is wrong with the configuration, each behind the
// name of its setting under the server's.
func (c TLSConfig) Validate() error {
	var errs []error
	if c.CertFile == "" && c.KeyFile != "" {
		errs = append(errs, errors.New("tls.key-file: needs tls.cert-file beside it"))
	}
	if c.CertFile != "" && c.KeyFile == "" {
		errs = append(errs, errors.New("tls.cert-file: needs tls.key-file beside it"))
	}
	if len(c.ACMEDomains) > 0 && c.CertFile != "" {
		errs = append(errs, errors.New("tls.acme-domains: certificate files or ACME domains, not both"))
	}
	if len(c.ACMEDomains) > 0 && c.ACMEDir == "" {
		errs = append(errs, errors.New("tls.acme-dir: must be set, or every start asks for new certificates"))
	}
	for _, d := range c.ACMEDomains {
		if !isPublicName(d) {
			errs = append(errs, fmt.Errorf("tls.acme-domains %q: want a full name such as watch.example.com", d))
		}
	}
	if u, err := url.Parse(c.ACMEDirectory); c.ACMEDirectory != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
		errs = append(errs, fmt.Errorf("tls.acme-directory %q: want https://…", c.ACMEDirectory))
	}
	return errors.Join(errs...)
}

// isPublicName reports whether an authority can be asked for s. What it cannot
// be asked for would otherwise show in the first visitor's handshake only.
func isPublicName(s string) bool {
	_, err := netip.ParseAddr(s)
	return err != nil && strings.Contains(strings.Trim(s, "."), ".") && !strings.ContainsAny(s, "*/: ")
}

// load answers the TLS configuration and what the plain listener must serve
// before it redirects.
func (c TLSConfig) load(log *slog.Logger) (*tls.Config, func(http.Handler) http.Handler, error) {
	if len(c.ACMEDomains) > 0 {
		conf, plain := c.acme(log)
		return conf, plain, nil
	}
	k := &keeper{cert: c.CertFile, key: c.KeyFile, log: log}
	if err := k.read(); err != nil {
		return nil, nil, err
	}
	plain := func(h http.Handler) http.Handler { return h }
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: k.get}, plain, nil
}

func (c TLSConfig) acme(log *slog.Logger) (*tls.Config, func(http.Handler) http.Handler) {
	listed := autocert.HostWhitelist(c.ACMEDomains...)
	m := &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(c.ACMEDir), HostPolicy: listed, Email: c.ACMEEmail,
	}
	if c.ACMEDirectory != "" {
		m.Client = &acme.Client{DirectoryURL: c.ACMEDirectory}
	}
	conf := m.TLSConfig()
	conf.MinVersion = tls.VersionTLS12
	warn := rate.Sometimes{Interval: warnEvery}
	conf.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		cert, err := m.GetCertificate(hello)
		if err != nil && listed(hello.Context(), strings.ToLower(hello.ServerName)) == nil {
			warn.Do(func() { log.Warn("no certificate by ACME", "domain", hello.ServerName, "error", err) })
		}
		return cert, err
	}
	return conf, func(h http.Handler) http.Handler { return withoutPort(m.HTTPHandler(h)) }
}

// withoutPort takes the port off the host: an authority that asks at another
// port than 80 names it, and the list of domains knows no ports.
func withoutPort(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if host, _, err := net.SplitHostPort(r.Host); err == nil {
			bare := *r
			bare.Host, r = host, &bare
		}
		h.ServeHTTP(w, r)
	})
}

// warnEvery spares the log: a handshake that fails is tried again at once, by
// every visitor.
const warnEvery = time.Minute

// keeper holds a certificate and reads it again when its files change, so that
// a renewal needs no restart.
type keeper struct {
	cert, key string
	log       *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate
	stamp   [2]fileStamp
	looked  time.Time
}

type fileStamp struct {
	mod  time.Time
	size int64
}

// lookEvery is how often the files are looked at, at most.
const lookEvery = 10 * time.Second

func (k *keeper) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now := time.Now(); now.Sub(k.looked) >= lookEvery {
		k.looked = now
		k.refresh()
	}
	return k.current, nil
}

// refresh keeps the old certificate while the new one cannot be used: the two
// files are rarely replaced in the same instant.
func (k *keeper) refresh() {
	stamp, err := k.stamps()
	if err == nil && stamp == k.stamp {
		return
	}
	if err == nil {
		err = k.read()
	}
	if err != nil {
		k.log.Warn("the certificate changed and cannot be read; the old one stays in use", "error", err)
		return
	}
	k.log.Info("certificate read again", "file", k.cert)
}

func (k *keeper) read() error {
	stamp, err := k.stamps()
	if err != nil {
		return fmt.Errorf("TLS certificate: %w", err)
	}
	c, err := tls.LoadX509KeyPair(k.cert, k.key)
	if err != nil {
		return fmt.Errorf("TLS certificate: %w", err)
	}
	k.current, k.stamp = &c, stamp
	return nil
}

func (k *keeper) stamps() (s [2]fileStamp, err error) {
	for i, name := range []string{k.cert, k.key} {
		info, err := os.Stat(name)
		if err != nil {
			return s, err
		}
		s[i] = fileStamp{info.ModTime(), info.Size()}
	}
	return s, nil
}
