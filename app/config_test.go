package app

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cliffhanger/internal/platform/conf"
)

// wrong has, for every section, values a node cannot work with.
var wrong = map[string]string{
	"node": "Not a name!", "s3.endpoint": "https://s3.example", "database": "mysql://db", "nats": "a:4222", "bus-replicas": "2", "bus-lease": "1ms",
	"http.addr": "8080", "http.redirect-addr": "80", "http.idle-timeout": "0s", "http.tls.key-file": "key.pem",
	"http.tls.acme-domains": "localhost", "http.tls.acme-directory": "ca.example",
	"edge.public-url": "play.example", "edge.trusted-proxies": "10.0.0.1", "edge.market-header": "not a name", "edge.trusted-origins": "partner",
	"edge.media-origins": "s3.example/x", "edge.max-body": "0",
	"life.stop-timeout": "0s", "life.drain-delay": "-1s", "obs.log-format": "xml", "obs.trace-endpoint": "here", "obs.trace-ratio": "2", "mail.server": "mail.example",
	"account.new-accounts-per-minute": "0", "account.wrong-codes-per-minute": "0",
	"sign-in.oidc-client-id": "house", "sign-in.xiaomi-client-id": "1", "sign-in.xiaomi-host": "account.example",
	"catalogue.home-zone": "Atlantis", "catalogue.genres-file": "/nowhere/genres.toml", "catalogue.cache-size": "0",
	"media.node-url": "n1", "media.max-upload": "0", "media.quota": "-1", "media.max-open": "0", "media.upload-life": "1s", "media.min-free": "0.9",
	"media.parallel": "-1", "media.tries": "0", "media.profile": "cinema", "media.link-life": "1s", "media.av-1-plays": "-1", "media.blob-grace": "1s",
	"realname.provider": "oracle", "realname.key": "not base64", "realname.accounts": "0", "realname.timeout": "1ms",
	"market.home": "Singapore", "market.device-keys": "rsa:key",
	"media.node-life": "1s", "media.max-duration": "0s", "media.propagator": "no code", "media.cached-assets": "0",
}

func TestEveryWrongSettingIsNamedWithItsOriginAllAtOnce(t *testing.T) {
	t.Parallel()
	args := []string{"config", "--data=" + filepath.Join(t.TempDir(), "data")}
	for setting, value := range wrong {
		args = append(args, "--"+setting+"="+value)
	}
	var out, errOut bytes.Buffer
	if code := Main(args, &out, &errOut); code != 2 {
		t.Errorf("exit code %d", code)
	}
	for setting := range wrong {
		line := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(setting) + `[ :].*\(from --` + regexp.QuoteMeta(setting) + `\)$`)
		if !line.MatchString(errOut.String()) {
			t.Errorf("%s is not named", setting)
		}
	}
	if t.Failed() {
		t.Log(errOut.String())
	}
}

func TestEverySectionIsCheckedByItself(t *testing.T) {
	t.Parallel()
	for setting, value := range wrong {
		c := cli{Config: Default()}
		if _, err := conf.Parse(&c, conf.Source{Args: []string{"config", "--s3.bucket=house", "--" + setting + "=" + value}, Env: noVariables}); err != nil {
			t.Fatal(err)
		}
		if err := c.Config.settle(); err == nil || !strings.HasPrefix(err.Error(), setting) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s=%s: %v", setting, value, err)
		}
	}
}

func noVariables(string) (string, bool) { return "", false }

var documented = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (?:`([^`]*)`)?([^|]*) \\| `([^`]+)` \\| (.*) \\|$")

func TestTheConfigurationPageIsWhatTheProgramTakes(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	c := cli{Config: Default()}
	parsed, err := conf.Parse(&c, conf.Source{Args: []string{"config"}, Env: noVariables})
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for _, row := range documented.FindAllStringSubmatch(string(page), -1) {
		rows[row[1]] = row
	}
	for _, s := range parsed.Settings() {
		row := rows[s.Name]
		delete(rows, s.Name)
		if row == nil {
			t.Errorf("%s is not documented", s.Name)
			continue
		}
		want := s.Value
		if strings.Contains(row[3], "in the data folder") { // follows the data folder
			want = filepath.Base(want)
		}
		got := row[2]
		if s.Name == "data" {
			got, _ = filepath.Abs(got)
		}
		if got != want || row[4] != s.Env || row[5] != s.Help {
			t.Errorf("%s: the page says %q %s %q, the program %q %s %q", s.Name, got, row[4], row[5], want, s.Env, s.Help)
		}
	}
	for name := range rows {
		t.Errorf("%s is documented, and is no setting", name)
	}
}
