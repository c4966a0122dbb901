package app

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// run is one command as a shell sees it.
func run(args ...string) (code int, out, errOut string) {
	var o, e bytes.Buffer
	code = Main(args, &o, &e)
	return code, o.String(), e.String()
}

func TestTheVersionIsPrintedWhateverTheConfiguration(t *testing.T) {
	t.Parallel()
	if code, out, errOut := run("version", "--edge.max-body=0"); code != 0 || out != "cliffhanger "+Version+"\n" || errOut != "" {
		t.Errorf("exit code %d, %q, %q", code, out, errOut)
	}
	if code, _, errOut := run("version", "--nonsense"); code != 2 || !strings.Contains(errOut, "--nonsense") {
		t.Errorf("an unknown flag: exit code %d, %q", code, errOut)
	}
}

func TestConfigShowsOriginsAndNoSecrets(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "house.toml")
	text := "nats = 'nats://bus:s3cret-bus@a,nats://bus:s3cret-bus@b'\n[s3]\nsecret-key = 's3cret-file'\n[http]\naddr = ':9000'\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CLIFFHANGER_DATABASE", "postgres://me:s3cret-env@db/house")
	code, out, errOut := run("config", "--config="+file, "--data="+dir, "--media.tries=7")
	if code != 0 || errOut != "" {
		t.Errorf("exit code %d, %s", code, errOut)
	}
	for setting, line := range map[string]string{
		"data": regexp.QuoteMeta(dir) + ` +flag`, "database": `\*\*\* +env +CLIFFHANGER_DATABASE`, "nats": `\*\*\* +file`, "s3.secret-key": `\*\*\* +file`,
		"http.addr": `:9000 +file +CLIFFHANGER_HTTP_ADDR`, "media.tries": `7 +flag`, "media.quota": `2199023255552 +default`,
	} {
		if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(setting) + ` +` + line).MatchString(out) {
			t.Errorf("%s is not shown as %s", setting, line)
		}
	}
	if t.Failed() || strings.Contains(out, "s3cret") {
		t.Errorf("got\n%s", out)
	}
	t.Setenv("CLIFFHANGER_DATABASE", "mysql://me:s3cret-env@db/house")
	if code, out, errOut := run("config", "--data="+dir); code != 2 || !strings.Contains(errOut, "(from CLIFFHANGER_DATABASE)") || strings.Contains(out+errOut, "s3cret") {
		t.Errorf("exit code %d, %s", code, errOut)
	}
}

func TestDoctorTellsTheWellFromTheIll(t *testing.T) {
	t.Parallel()
	data := "--data=" + filepath.Join(t.TempDir(), "data")
	code, out, errOut := run("doctor", data, "--http.addr=127.0.0.1:0")
	if code != 0 || strings.Count(out, "  well  ") != 7 || strings.Contains(out, "ill") {
		t.Errorf("a machine that can: exit code %d\n%s%s", code, out, errOut)
	}
	if code, out, _ := run("doctor", data, "--http.addr=127.0.0.1:0", "--quiet"); code != 0 || out != "" {
		t.Errorf("quiet: exit code %d\n%s", code, out)
	}
	code, out, errOut = run("doctor", data, "--http.addr=127.0.0.1:0", "--media.tries=0", "--nats=nats://me:s3cret-bus@127.0.0.1:1")
	if code != 1 || strings.Count(out, "  ill   ") != 2 || !strings.Contains(errOut, "2 of the checks failed") {
		t.Errorf("two things wrong: exit code %d\n%s%s", code, out, errOut)
	}
	for _, want := range []string{"media.tries 0", "127.0.0.1:1"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out+errOut, "s3cret") {
		t.Errorf("a password is shown:\n%s%s", out, errOut)
	}
}

func TestDoctorAsksANodeWhetherItIsReady(t *testing.T) {
	t.Parallel()
	ready := true
	node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		if !ready {
			w.WriteHeader(http.StatusServiceUnavailable)
			w.Write([]byte(`{"db":"failing"}`))
		}
	}))
	defer node.Close()
	if code, out, _ := run("doctor", "--quiet", "--url="+node.URL); code != 0 || out != "" {
		t.Errorf("ready: exit code %d, %s", code, out)
	}
	ready = false
	if code, out, _ := run("doctor", "--quiet", "--url="+node.URL); code != 1 || !strings.Contains(out, "failing") {
		t.Errorf("not ready: exit code %d, %s", code, out)
	}
	node.Close()
	if code, out, _ := run("doctor", "--quiet", "--url="+node.URL); code != 1 || !strings.Contains(out, "does not answer") {
		t.Errorf("gone: exit code %d, %s", code, out)
	}
}
