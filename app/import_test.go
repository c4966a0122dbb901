package app

import (
	"encoding/binary"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/viewer/account"
)

// roomy is Default where how full this machine's disk is stops nothing.
func roomy() Config {
	c := Default()
	c.Media.MinFree = 0
	return c
}

// employ makes the organisations of a data folder.
func employ(t *testing.T, data string, names ...string) {
	t.Helper()
	cfg := roomy()
	cfg.Data = data
	a, err := OpenBeside(t.Context(), cfg, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close(t.Context())
	for _, name := range names {
		if _, err := a.Account.EnsureOrganisation(t.Context(), actor.OfSystem("test"), name, account.ProducerOrg); err != nil {
			t.Fatal(err)
		}
	}
}

// video is a file that looks like one from outside.
func video(text string) string {
	box := func(kind, body string) string {
		return string(binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))) + kind + body
	}
	return box("ftyp", "isom\x00\x00\x02\x00isomiso2") + box("moov", box("mvhd", strings.Repeat("\x00", 100))) + box("mdat", text)
}

func folderOf(t *testing.T, name string, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	for path, text := range files {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func expect(t *testing.T, what, got string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !regexp.MustCompile(`(?m)` + line).MatchString(got) {
			t.Errorf("%s does not say %s:\n%s", what, line, got)
		}
	}
}

func TestImportTellsWhatBecameOfEachFile(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	dir := folderOf(t, "night", map[string]string{
		"01.mp4": video("one"), "03.mp4": "words", "04.mp4": video("four"), "02.avi": "x", "04.srt": "no subtitles",
	})
	if code, _, errOut := run("import", "--media.min-free=0", "--data="+data, dir); code != 1 || !strings.Contains(errOut, "Nobody works here yet") {
		t.Errorf("before the set-up: exit code %d, %s", code, errOut)
	}
	employ(t, data, "Lantern Troupe")
	code, out, errOut := run("import", "--media.min-free=0", "--data="+data, "--publish", dir)
	if code != 1 || !strings.Contains(errOut, "some files were refused") {
		t.Errorf("exit code %d, %s", code, errOut)
	}
	expect(t, "the report", out, `^\[1/1\] .*night$`, `^  taken +01\.mp4$`, `^  refused +03\.mp4: .+ \[media\.`, `^  taken +04\.mp4$`,
		`^  ignored +02\.avi: .+ \[catalogue\.file_not_understood\]$`, `^  refused +04\.srt: .+ \[catalogue\.subtitle_unreadable\]$`,
		`^  drama +drm_\S+ \(night\), draft$`, `^  waits `, `genres: .+ \[genre_missing\]$`, `\[episode_gap\]$`)

	// Corrected, the same command goes on where it stopped.
	for name, text := range map[string]string{"03.mp4": video("three"), "04.srt": "1\n00:00:01,000 --> 00:00:02,000\nHello\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, out, errOut = run("import", "--media.min-free=0", "--data="+data, "--organisation=lantern troupe", dir)
	if code != 0 || errOut != "" {
		t.Errorf("corrected: exit code %d, %s", code, errOut)
	}
	expect(t, "the second report", out, `^  unchanged +01\.mp4$`, `^  taken +03\.mp4$`, `^  unchanged +04\.mp4$`, `^  taken +04\.srt$`)
	if strings.Contains(out, "waits") {
		t.Errorf("it tells of publishing, which was not asked for:\n%s", out)
	}
}

func TestImportSaysWhatIsWrongWithAFolder(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	employ(t, data, "Lantern Troupe", "Open Film")
	dir := folderOf(t, "night", map[string]string{"drama.toml": "schema = 1\nkey = \"night\"\ngenres = [\"western\"]\naudience = \"cats\""})
	code, out, _ := run("import", "--media.min-free=0", "--data="+data, "--organisation=Open Film", dir)
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
	expect(t, "the report", out, `^  stopped +night: `, `genres\[0\] .+ \[`, `audience .+ \[audience_unknown\]$`)
	for flag, want := range map[string]string{"--organisation=Lantern": `no organisation named "Lantern"`, "--publish": "Say with --organisation"} {
		code, _, errOut := run("import", "--media.min-free=0", "--data="+data, flag, dir)
		if code != 1 || !strings.Contains(errOut, want) || !strings.Contains(errOut, "Lantern Troupe, Open Film") {
			t.Errorf("%s: exit code %d, %s", flag, code, errOut)
		}
	}
}

func TestAnExportedDramaIsImportedAgain(t *testing.T) {
	t.Parallel()
	data, other := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "other")
	employ(t, data, "Lantern Troupe")
	employ(t, other, "Lantern Troupe")
	dir := folderOf(t, "night", map[string]string{"1.mp4": video("one"), "1.srt": "1\n00:00:01,000 --> 00:00:02,000\nHello\n"})
	if code, out, errOut := run("import", "--media.min-free=0", "--data="+data, dir); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out, errOut)
	}
	folder := filepath.Join(t.TempDir(), "out", "night")
	if code, out, errOut := run("export", "--data="+data, "night", folder); code != 0 || !strings.Contains(out, folder) {
		t.Fatalf("exit code %d\n%s%s", code, out, errOut)
	}
	master, err := os.ReadFile(filepath.Join(folder, "episodes", "01.mp4"))
	if err != nil || string(master) != video("one") {
		t.Errorf("the master is another: %v", err)
	}
	code, out, errOut := run("import", "--data="+other, folder)
	if code != 0 {
		t.Errorf("exit code %d, %s", code, errOut)
	}
	expect(t, "the report", out, `^  taken +episodes/01\.mp4$`, `^  taken +subtitles/01\.en\.vtt$`, `\(night\), draft$`)
	for _, unknown := range []string{"day", "drm_01m8cp9seve00t7eky4prc7t62"} {
		if code, _, errOut := run("export", "--data="+data, unknown, folder); code != 1 || !strings.Contains(errOut, "no such drama") {
			t.Errorf("%s: exit code %d, %s", unknown, code, errOut)
		}
	}
}
