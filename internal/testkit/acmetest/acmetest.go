// Package acmetest gives tests a real ACME authority: pebble of Let's Encrypt,
// for which every name on Earth is on this machine.
package acmetest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"cliffhanger/internal/testkit/tool"
)

// Questions are the addresses at which the authority asks a domain's owner to
// prove it, as ports 443 and 80 are on the Internet.
type Questions struct {
	TLS   string // by TLS-ALPN-01
	Plain string // by HTTP-01
}

// Authority is one authority with a root of its own.
type Authority struct {
	Directory string // URL clients begin at
	CAFile    string // whom a client must trust to speak with it; signs none of its certificates
	processes []*tool.Process
}

// Start starts an authority that ends with the test, and answers the roots of
// the certificates it issues.
func Start(t testing.TB, ask Questions) (*Authority, *x509.CertPool) {
	t.Helper()
	pebble, names := programs(t)
	dir := t.TempDir()
	acme, management, dns := tool.FreeAddress(t), tool.FreeAddress(t), tool.FreeAddress(t)
	a := &Authority{Directory: "https://" + acme + "/dir", CAFile: filepath.Join(dir, "cert.pem")}
	key := filepath.Join(dir, "key.pem")
	certify(t, a.CAFile, key)
	config := filepath.Join(dir, "pebble.json")
	writeConfig(t, config, map[string]any{
		"listenAddress": acme, "managementListenAddress": management, "certificate": a.CAFile, "privateKey": key,
		"tlsPort": port(t, ask.TLS), "httpPort": port(t, ask.Plain), "keyAlgorithm": "ecdsa",
	})
	t.Cleanup(a.Stop)
	a.run(t, exec.Command(names, "-dnsserver", dns, "-management", tool.FreeAddress(t), "-defaultIPv4", "127.0.0.1",
		"-defaultIPv6", "", "-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", ""),
		func() error { return dial(dns) })
	client := a.client(t)
	cmd := exec.Command(pebble, "-config", config, "-dnsserver", dns)
	// It dawdles and refuses at random by itself, to harden its clients.
	cmd.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0")
	a.run(t, cmd, func() error { _, err := get(client, a.Directory); return err })

	root, err := get(client, "https://"+management+"/roots/0")
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(root) {
		t.Fatalf("no root in %s", root)
	}
	return a, roots
}

// Stop ends the authority for good: nobody gets a certificate any more.
func (a *Authority) Stop() {
	for _, p := range a.processes {
		p.Kill()
	}
}

func (a *Authority) run(t testing.TB, cmd *exec.Cmd, ask func() error) {
	t.Helper()
	p := tool.Run(t, cmd)
	a.processes = append(a.processes, p)
	p.Await(t, filepath.Base(cmd.Path), ask)
}

func (a *Authority) client(t testing.TB) *http.Client {
	t.Helper()
	text, err := os.ReadFile(a.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// programs answers where pebble and its DNS server are.
func programs(t testing.TB) (pebble, dns string) {
	t.Helper()
	pebble, err := tool.Binary("pebble", "pebble")
	if err == nil {
		dns, err = tool.Binary("pebble", "pebble-challtestsrv")
	}
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatalf("an ACME authority is needed: %v", err)
	default:
		t.Skipf("no ACME authority here: %v", err)
	}
	return pebble, dns
}

// certify makes the certificate the authority itself is reached with.
func certify(t testing.TB, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "the authority's own server"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	cert, err := x509.CreateCertificate(rand.Reader, about, about, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func writeConfig(t testing.TB, name string, pebble map[string]any) {
	t.Helper()
	text, err := json.Marshal(map[string]any{"pebble": pebble})
	if err == nil {
		err = os.WriteFile(name, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func port(t testing.TB, address string) int {
	t.Helper()
	_, text, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func dial(address string) error {
	c, err := net.Dial("tcp", address)
	if err == nil {
		c.Close()
	}
	return err
}

func get(client *http.Client, url string) ([]byte, error) {
	answer, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, answer.Status)
	}
	return io.ReadAll(answer.Body)
}
