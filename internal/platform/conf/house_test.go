package conf_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/platform/conf"
	"cliffhanger/internal/platform/httpx"
	"cliffhanger/internal/platform/life"
	"cliffhanger/internal/platform/mail"
	"cliffhanger/internal/platform/obs"
)

type house struct {
	Roles  life.Roles         `help:"What this node does."`
	HTTP   httpx.Config       `embed:"" prefix:"http."`
	Listen httpx.ServerConfig `embed:"" prefix:"listen."`
	Obs    obs.Config         `embed:"" prefix:"obs."`
	Life   life.Config        `embed:"" prefix:"life."`
	Mail   mail.Config        `embed:"" prefix:"mail."`
}

func newHouse() *house {
	return &house{Roles: life.AllRoles, HTTP: httpx.Default(), Listen: httpx.DefaultServer(), Obs: obs.Default(), Life: life.Default(), Mail: mail.Default()}
}

func TestThePlatformsOwnConfigurationCanBeReadFromEverySource(t *testing.T) {
	t.Parallel()
	none := func(string) (string, bool) { return "", false }
	c := newHouse()
	if _, err := conf.Parse(c, conf.Source{Env: none}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(newHouse(), c); d != "" {
		t.Errorf("defaults did not survive (-want +got):\n%s", d)
	}
	if err := conf.Validate(c); err != nil {
		t.Errorf("defaults do not validate: %v", err)
	}
	_, err := parse(t, c, "roles = ['web', 'worker']\n[listen]\nh2c = true\n[listen.tls]\nacme_domains = ['play.example']\n[obs]\nlog_level = 'debug'\nlog_format = 'json'\n",
		map[string]string{"CLIFFHANGER_MAIL_PASSWORD": "hunter2", "CLIFFHANGER_HTTP_LOCALES": "en,zh-CN"}, "--life.stop-timeout=1m")
	if err != nil {
		t.Fatal(err)
	}
	want := newHouse()
	want.Roles = life.Roles{life.Web, life.Worker}
	want.Listen.H2C, want.Listen.TLS.ACMEDomains = true, []string{"play.example"}
	want.Obs.LogLevel, want.Obs.LogFormat = slog.LevelDebug, "json"
	want.Mail.Password, want.HTTP.Locales = "hunter2", []string{"en", "zh-CN"}
	want.Life.StopTimeout = time.Minute
	// Title and version are not configured: they keep what the program says.
	if d := cmp.Diff(want, c); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
