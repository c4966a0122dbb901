package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cliffhanger/internal/testkit/acmetest"
	"cliffhanger/internal/testkit/tool"
)

const domain = "node.cliffhanger.test"

// secured is where a node with certificates by ACME listens, and whom it asks.
type secured struct {
	data, address, plain string
	authority            *acmetest.Authority
	roots                *x509.CertPool
}

// start starts the node. It trusts the authority as it would one inside a
// company: by the system's variable.
func (s secured) start(t *testing.T) *node {
	t.Helper()
	t.Setenv("SSL_CERT_FILE", s.authority.CAFile)
	args := []string{"--data=" + s.data, "--http.addr=" + s.address,
		"--http.tls.acme-domains=" + domain, "--http.tls.acme-directory=" + s.authority.Directory}
	if s.plain != "" {
		args = append(args, "--http.redirect-addr="+s.plain)
	}
	return start(t, args...)
}

// visitor is a browser for which every name is this machine. It trusts the
// authority's certificates and no others.
func (s secured) visitor(t *testing.T, n *node) *client {
	c := browser(t, n)
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: s.roots}, ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	c.http.Transport = transport
	return c
}

// handshake answers the serial number of the certificate shown for a name.
func (s secured) handshake(name string) (serial string, err error) {
	c, err := tls.Dial("tcp", s.address, &tls.Config{RootCAs: s.roots, ServerName: name})
	if err != nil {
		return "", err
	}
	defer c.Close()
	return fmt.Sprintf("%x", c.ConnectionState().PeerCertificates[0].SerialNumber), nil
}

func (s secured) serial(t *testing.T) string {
	t.Helper()
	serial, err := s.handshake(domain)
	if err != nil {
		t.Fatal(err)
	}
	return serial
}

// A node gets its certificate from a real authority, serves with it as with any
// other, and after a restart needs the authority no more.
func TestACertificateComesByACMEAndStays(t *testing.T) {
	address := tool.FreeAddress(t)
	s := secured{data: filepath.Join(t.TempDir(), "data"), address: address}
	s.authority, s.roots = acmetest.Start(t, acmetest.Questions{TLS: address, Plain: tool.FreeAddress(t)})
	n := s.start(t)
	if !strings.HasPrefix(n.url, "https://"+domain) {
		t.Errorf("the node prints %s, for which it has no certificate", n.url)
	}
	visit(t, s.visitor(t, n))
	if serial, err := s.handshake("other.cliffhanger.test"); err == nil {
		t.Errorf("a certificate for a domain that is not on the list: %s", serial)
	}
	before := s.serial(t)
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}
	s.authority.Stop()
	n = s.start(t)
	visit(t, s.visitor(t, n))
	if after := s.serial(t); after != before {
		t.Errorf("the restarted node shows certificate %s, want %s", after, before)
	}
	if files, err := os.ReadDir(filepath.Join(s.data, "acme")); err != nil || len(files) == 0 {
		t.Errorf("certificates in the data folder: %v %v", files, err)
	}
}

// visit checks what a browser sees of a node with TLS.
func visit(t *testing.T, c *client) {
	t.Helper()
	page, err := c.http.Get(c.node.url + "/")
	if err != nil {
		t.Fatal(err)
	}
	page.Body.Close()
	if page.StatusCode != http.StatusOK || page.ProtoMajor != 2 || page.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("the watch page: %s by %s, Strict-Transport-Security %q",
			page.Status, page.Proto, page.Header.Get("Strict-Transport-Security"))
	}
	session, err := c.do(http.MethodPost, "/api/v1/sessions", strings.NewReader(`{"locale":"en"}`), map[string]string{"Content-Type": "application/json"})
	if err != nil || session.status != http.StatusCreated {
		t.Fatalf("a session: %d %s %v", session.status, session.body, err)
	}
	if cookie := session.header.Get("Set-Cookie"); !strings.Contains(cookie, "; Secure") {
		t.Errorf("a cookie that is not Secure: %s", cookie)
	}
}

// Where nothing but plain HTTP reaches the node from the authority, such as
// behind something that ends TLS-ALPN, the listener that redirects answers.
func TestACertificateComesByPlainHTTPAsWell(t *testing.T) {
	s := secured{data: filepath.Join(t.TempDir(), "data"), address: tool.FreeAddress(t), plain: tool.FreeAddress(t)}
	s.authority, s.roots = acmetest.Start(t, acmetest.Questions{TLS: tool.FreeAddress(t), Plain: s.plain})
	c := s.visitor(t, s.start(t))
	visit(t, c)

	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	_, port, _ := net.SplitHostPort(s.plain)
	a, err := c.do(http.MethodGet, "http://"+net.JoinHostPort(domain, port)+"/d/x", nil, nil)
	if want := c.node.url + "/d/x"; err != nil || a.status != http.StatusPermanentRedirect || a.header.Get("Location") != want {
		t.Errorf("plain HTTP: %d to %q (%v), want %q", a.status, a.header.Get("Location"), err, want)
	}
}
