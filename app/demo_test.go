package app

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/demo"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/words"
	"cliffhanger/viewer/youth/policy"
)

// The theatre knows nothing of the catalogue: that they agree is the app's to prove.
func TestEveryGenreOfTheRepertoireIsOneOfTheHouse(t *testing.T) {
	t.Parallel()
	genres, err := words.LoadGenres("")
	if err != nil {
		t.Fatal(err)
	}
	dramas, err := demo.Stories()
	if err != nil || len(dramas) != 12 {
		t.Fatalf("%d dramas, %v", len(dramas), err)
	}
	for _, d := range dramas {
		for _, g := range d.Genres {
			if !genres.Has(g) {
				t.Errorf("%s: there is no genre %q", d.Key, g)
			}
		}
	}
}

// A film that does not come is told, with its reason, and ends nothing.
func TestTheDemoGoesOnWithoutTheFilm(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ script, told string }{
		"no network":   {"echo 'the registry does not answer' >&2; exit 1", "the registry does not answer"},
		"no answer":    {"exit 0", "does not say where the film lies"},
		"no such file": {"echo /nowhere/film.mp4", "no such file"},
		"no film":      {"pwd", "cutting the film"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			script := filepath.Join(dir, "fetch.sh")
			if err := os.WriteFile(script, []byte("#!/bin/sh\n"+c.script+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			cfg := roomy()
			cfg.Data = filepath.Join(dir, "data")
			a, err := OpenBeside(t.Context(), cfg, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close(t.Context())
			var out bytes.Buffer
			show := &demonstration{App: a, terminal: &terminal{out: &out}, command: demoCommand{FetchFilm: script}}
			if err := show.perform(t.Context()); err != nil {
				t.Errorf("the node would end: %v", err)
			}
			if !strings.Contains(out.String(), "failed     Big Buck Bunny: ") || !strings.Contains(out.String(), c.told) {
				t.Errorf("no %q in\n%s", c.told, &out)
			}
		})
	}
}

// Minors' mode has something to show in the demo: its operator puts it there.
func TestTheDemoHasSomethingForChildren(t *testing.T) {
	t.Parallel()
	ctx, cfg := t.Context(), roomy()
	cfg.Data, cfg.HTTP.Addr = filepath.Join(t.TempDir(), "data"), "127.0.0.1:0"
	a, err := Open(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close(context.Background())
	var out bytes.Buffer
	show := &demonstration{App: a, terminal: &terminal{out: &out}}
	if err := show.hire(ctx, signIns{Operator: password(), Producer: password()}); err != nil {
		t.Fatal(err)
	}
	film, err := a.Catalogue.Create(ctx, actor.OfSystem("demo"), catalogue.NewDrama{Org: show.studio, About: catalogue.About{Title: words.Text{"en": filmName}, OriginalLanguage: "en"}})
	if err != nil {
		t.Fatal(err)
	}
	show.forChildren(ctx, film.ID)
	from, err := a.Youth.FromBand(ctx, show.operator, film.ID)
	if err != nil || from != policy.Infant || strings.Contains(out.String(), "failed") {
		t.Errorf("%q, %v, %s", from, err, &out)
	}
}

func TestTheDemoCountsWhatCanBeWatched(t *testing.T) {
	t.Parallel()
	var c census
	for i, video := range []catalogue.AssetSummary{
		{State: "complete"}, {State: "playable"}, {State: "uploaded"}, {State: "transcoding"}, {State: "cancelled"}, {},
		{State: "failed", Problem: &catalogue.Problem{Message: "The file is damaged."}},
	} {
		c.add("The Lamp", i+1, video)
	}
	want := []string{
		"The Lamp, episode 5: its video is cancelled", "The Lamp, episode 6: it has no video", "The Lamp, episode 7: The file is damaged.",
	}
	if c.watchable != 2 || c.left != 2 || c.String() != "2 of 5 episodes can be watched" {
		t.Errorf("%d can be watched, %d are left: %s", c.watchable, c.left, c)
	}
	if d := cmp.Diff(want, c.failed); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got := (census{watchable: 60}).String(); got != "all 60 episodes can be watched" {
		t.Error(got)
	}
}

// The demo's people have passwords a terminal shows: they are made nowhere but
// in a folder that is the demo's.
func TestTheDemoKeepsOutOfOtherEngines(t *testing.T) {
	t.Parallel()
	for setting, value := range map[string]string{"database": "postgres://db/house", "nats": "nats://bus", "s3.endpoint": "s3.example"} {
		data := filepath.Join(t.TempDir(), "data")
		var errOut bytes.Buffer
		code := Main([]string{"demo", "--data=" + data, "--" + setting + "=" + value, "--s3.bucket=house"}, io.Discard, &errOut)
		if code != 2 || !strings.Contains(errOut.String(), "leave out "+setting+".") {
			t.Errorf("%s: exit code %d, %s", setting, code, &errOut)
		}
		if _, err := os.Stat(data); err == nil {
			t.Errorf("%s: a folder was made", setting)
		}
	}
}
