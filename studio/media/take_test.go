package media

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"cliffhanger/internal/platform/db"
)

// A command beside the server makes a service of its own on the same folder and
// never starts it: the server's uploads go on.
func TestAnImportBesideTheServer(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		path := b.createUpload("a", 100, "filename", "a.mp4").Header.Get("Location")
		held := filepath.Join(b.cfg.uploadDir(), strings.TrimPrefix(path, UploadsPath)+".lock")
		b.ok(os.WriteFile(held, []byte("1\n"), 0o600))
		beside, err := New(b.cfg, b.d)
		b.ok(err)
		if _, err := os.Stat(held); err != nil {
			t.Error("it took the server's lock away:", err)
		}
		a, err := beside.Take(t.Context(), operator, orgA, b.file("1.mp4", clip(t, "tiny")), "")
		b.ok(err)
		b.work()
		b.idle()
		if got := b.load(a); got.State != Complete {
			t.Errorf("%s %+v", got.State, got.Problem)
		}
	})
}

func TestAnImportWhereNoServerEverStarted(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	cfg := b.cfg
	cfg.Dir = filepath.Join(t.TempDir(), "data")
	s, err := New(cfg, b.d)
	b.ok(err)
	if _, err := os.Stat(cfg.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("making a service makes folders: %v", err)
	}
	a, err := s.Take(t.Context(), operator, orgA, b.file("1.mp4", clip(t, "tiny")), "")
	b.ok(err)
	if got := b.load(a); got.State != Uploaded {
		t.Errorf("%+v", got)
	}
	if left, _ := os.ReadDir(cfg.takeDir()); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// What a killed import was copying goes with the next one, and when the server
// starts; what another is copying just now stays.
func TestCopiesOfAKilledImportGo(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	b.ok(os.MkdirAll(b.cfg.takeDir(), 0o700))
	busy, err := os.Create(filepath.Join(b.cfg.takeDir(), "busy"))
	b.ok(err)
	defer busy.Close()
	b.ok(syscall.Flock(int(busy.Fd()), syscall.LOCK_EX))
	dead := filepath.Join(b.cfg.takeDir(), "dead")
	for name, again := range map[string]func(){
		"the next import": func() {
			_, err := b.Take(t.Context(), operator, orgA, b.file("1.mp4", clip(t, "tiny")), "")
			b.ok(err)
		},
		"a start": func() { b.ok(b.Start(t.Context())) },
	} {
		b.ok(os.WriteFile(dead, []byte("half of it"), 0o600))
		again()
		if _, err := os.Stat(dead); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("after %s: %v", name, err)
		}
		if _, err := os.Stat(busy.Name()); err != nil {
			t.Errorf("after %s the copy that is being made is gone: %v", name, err)
		}
	}
}

func TestAnImportRefusesAtOnceWhatIsNoVideo(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t))
	whole := clip(t, "tiny")
	for name, c := range map[string]struct {
		file []byte
		code string
	}{
		"empty.mp4":     {nil, "media.empty"},
		"letter.mp4":    {[]byte(strings.Repeat("To whom it may concern. ", 100)), "media.container"},
		"playlist.mp4":  {[]byte("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), "media.playlist"},
		"truncated.mp4": {whole[:len(whole)*2/3], "media.truncated"},
		"video.txt":     {whole, "media.container_unknown"},
	} {
		if _, err := b.Take(t.Context(), operator, orgA, b.file(name, c.file), ""); !hasCode(err, c.code) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if n := b.count(`SELECT COUNT(*) FROM media_asset`); n != 0 {
		t.Errorf("%d were taken", n)
	}
}
