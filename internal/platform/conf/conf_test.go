package conf_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/platform/conf"
	"cliffhanger/internal/platform/obs"
)

// Two capabilities and a command line that knows both.
type stageConfig struct {
	Name    string        `help:"Name of the stage."`
	Lights  int           `help:"How many."`
	Fade    time.Duration `help:"How long the lights take."`
	Colours []string      `help:"Which colours."`
	Fog     bool          `help:"Fog, too."`
	Key     obs.Secret    `help:"Opens the door."`
}

func (c stageConfig) Validate() error {
	var errs []error
	if c.Lights < 1 {
		errs = append(errs, errors.New("lights: at least one"))
	}
	if c.Fade < 0 {
		errs = append(errs, errors.New("fade: not backwards"))
	}
	return errors.Join(errs...)
}

type storeConfig struct {
	URL string `name:"url" help:"Where things are kept."`
}

func (c *storeConfig) Validate() error {
	if c.URL == "" {
		return errors.New("url: must be set")
	}
	return nil
}

type cli struct {
	Config string      `help:"Configuration file."`
	Stage  stageConfig `embed:"" prefix:"stage."`
	Store  storeConfig `embed:"" prefix:"store."`
	Open   struct{}    `cmd:"" help:"Open."`
	Shut   struct{}    `cmd:"" help:"Shut."`
}

func defaults() *cli {
	return &cli{
		Stage: stageConfig{Name: "Main", Lights: 3, Fade: 2 * time.Second, Colours: []string{"red", "blue, dark"}},
		Store: storeConfig{URL: "postgres://me:pass@db/x"},
	}
}

func parse(t *testing.T, c any, file string, env map[string]string, args ...string) (*conf.Parsed, error) {
	t.Helper()
	s := conf.Source{
		Name: "theatre", Args: args,
		Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		Options: []kong.Option{
			kong.Exit(func(int) { t.Error("exit") }), kong.Writers(&bytes.Buffer{}, &bytes.Buffer{}),
		},
	}
	if file != "" {
		s.File = filepath.Join(t.TempDir(), "theatre.toml")
		if err := os.WriteFile(s.File, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return conf.Parse(c, s)
}

func TestDefaultsAreWhatTheStructHolds(t *testing.T) {
	t.Parallel()
	c := defaults()
	p, err := parse(t, c, "", nil, "open")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(defaults(), c); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if p.Command() != "open" {
		t.Errorf("command %q", p.Command())
	}
}

func TestFlagsGoOverEnvironmentOverFile(t *testing.T) {
	t.Parallel()
	c := defaults()
	p, err := parse(t, c, `
[stage]
name = "From file"
lights = 5
fade = "5s"
colours = ["a,b", "c"]
fog = true
key = "file-secret"
`, map[string]string{"CLIFFHANGER_STAGE_LIGHTS": "7", "CLIFFHANGER_STAGE_FADE": "7s"}, "shut", "--stage.fade=9s")
	if err != nil {
		t.Fatal(err)
	}
	want := stageConfig{Name: "From file", Lights: 7, Fade: 9 * time.Second, Colours: []string{"a,b", "c"}, Fog: true, Key: "file-secret"}
	if d := cmp.Diff(want, c.Stage); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	var out bytes.Buffer
	if err := conf.Write(&out, p.Settings()); err != nil {
		t.Fatal(err)
	}
	wantTable := `SETTING        VALUE                   FROM     VARIABLE
config                                 default  CLIFFHANGER_CONFIG
stage.name     From file               file     CLIFFHANGER_STAGE_NAME
stage.lights   7                       env      CLIFFHANGER_STAGE_LIGHTS
stage.fade     9s                      flag     CLIFFHANGER_STAGE_FADE
stage.colours  a,b,c                   file     CLIFFHANGER_STAGE_COLOURS
stage.fog      true                    file     CLIFFHANGER_STAGE_FOG
stage.key      ***                     file     CLIFFHANGER_STAGE_KEY
store.url      postgres://me:***@db/x  default  CLIFFHANGER_STORE_URL
`
	if d := cmp.Diff(wantTable, out.String()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestEveryUnknownKeyIsNamedWithTheNearestSetting(t *testing.T) {
	t.Parallel()
	_, err := parse(t, defaults(), "stge = 1\n[stage]\nlihgts = 5\n[stage.deep]\nwhatever_else = 1\n[store]\nurl = 'x'\n", nil, "open")
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"stge is not a setting", "stage.lihgts is not a setting; did you mean stage.lights?", "stage.deep.whatever-else is not a setting"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in: %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "store") {
		t.Errorf("a known key is refused: %v", err)
	}
}

func TestTheFileIsTheOneAskedFor(t *testing.T) {
	t.Parallel()
	other := filepath.Join(t.TempDir(), "other.toml")
	if err := os.WriteFile(other, []byte("[stage]\nname = 'Other'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		env  map[string]string
		args []string
		want string
	}{
		"the usual one":   {nil, []string{"open"}, "Usual"},
		"by flag":         {nil, []string{"open", "--config", other}, "Other"},
		"by flag with =":  {nil, []string{"--config=" + other, "open"}, "Other"},
		"by variable":     {map[string]string{"CLIFFHANGER_CONFIG": other}, []string{"open"}, "Other"},
		"missing, asked":  {nil, []string{"open", "--config=/nonexistent/x.toml"}, ""},
		"an unknown flag": {nil, []string{"open", "--stage.lihgts=3"}, ""},
		"not a number":    {map[string]string{"CLIFFHANGER_STAGE_LIGHTS": "many"}, []string{"open"}, ""},
	} {
		got := defaults()
		_, err := parse(t, got, "[stage]\nname = 'Usual'\n", c.env, c.args...)
		if (err != nil) != (c.want == "") {
			t.Errorf("%s: error %v", name, err)
		}
		if err == nil && got.Stage.Name != c.want {
			t.Errorf("%s: name %q", name, got.Stage.Name)
		}
	}
	if _, err := conf.Parse(defaults(), conf.Source{Args: []string{"open"}, File: "/nonexistent/usual.toml", Env: func(string) (string, bool) { return "", false }}); err != nil {
		t.Errorf("the usual file need not exist: %v", err)
	}
	if _, err := parse(t, defaults(), "[stage", nil, "open"); err == nil {
		t.Error("broken TOML was accepted")
	}
}

func TestValidateListsEverything(t *testing.T) {
	t.Parallel()
	c := defaults()
	if err := conf.Validate(c); err != nil {
		t.Errorf("defaults: %v", err)
	}
	c.Stage.Lights, c.Stage.Fade, c.Store.URL = 0, -1, ""
	err := conf.Validate(c)
	if want := "stage.lights: at least one\nstage.fade: not backwards\nstore.url: must be set"; err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestAWrongValueIsListedWithItsOrigin(t *testing.T) {
	t.Parallel()
	c := defaults()
	p, err := parse(t, c, "[stage]\nlights = 0\n", map[string]string{"CLIFFHANGER_STAGE_FADE": "-1s"}, "open", "--store.url=")
	if err != nil {
		t.Fatalf("one part's complaint hides the others': %v", err)
	}
	want := "stage.lights: at least one (from the configuration file)\n" +
		"stage.fade: not backwards (from CLIFFHANGER_STAGE_FADE)\n" +
		"store.url: must be set (from --store.url)"
	if got := conf.Explain(conf.Validate(c), p.Settings()); got == nil || got.Error() != want {
		t.Errorf("got %v\nwant %s", got, want)
	}
	if err := conf.Explain(conf.Validate(defaults()), nil); err != nil {
		t.Errorf("nothing is wrong: %v", err)
	}
}
