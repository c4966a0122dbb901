package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cliffhanger/internal/testkit/bustest"
	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/internal/testkit/s3test"
)

// runCommand runs another command of the program and answers what it printed.
func runCommand(t *testing.T, args ...string) (string, error) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env, cmd.Dir = append(os.Environ(), "CLIFFHANGER_CONFIG="), t.TempDir()
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	out, err := runCommand(t, args...)
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return out
}

// logEntry is what a test reads of an entry.
type logEntry struct{ Act string }

// logOf answers the entries about a drama, or all.
func (c *client) logOf(drama string) (found []logEntry) {
	c.t.Helper()
	after := ""
	for {
		var page struct {
			Items []struct{ Entry string }
			Next  string
		}
		c.call("GET", consoleAPI+"/log/entries?limit=200&drama="+drama+"&after="+after, nil, &page)
		for _, i := range page.Items {
			var e logEntry
			if err := json.Unmarshal([]byte(i.Entry), &e); err != nil {
				c.t.Fatal(err)
			}
			found = append(found, e)
		}
		if after = page.Next; after == "" {
			return found
		}
	}
}

// allLogged waits until each drama was entered as often as it changed, and no more.
// To look at entries makes entries: it waits by the size of the log alone.
func (p *producer) allLogged(dramas []string, times int) {
	p.t.Helper()
	until(p.t, "a log of some size", func() bool { return p.logSize() >= int64(times*len(dramas)) })
	for _, d := range dramas {
		n := 0
		until(p.t, "the log of "+d, func() bool { n = p.changes(d); return n >= times })
		if n != times {
			p.t.Errorf("%s is in the log %d times, not %d", d, n, times)
		}
	}
}

// changes counts the entries that say that a drama changed.
func (c *client) changes(drama string) (n int) {
	c.t.Helper()
	for _, e := range c.logOf(drama) {
		if e.Act == "catalogue.drama_changed" {
			n++
		}
	}
	return n
}

// logSize is how many entries are under the latest checkpoint.
func (c *client) logSize() int64 {
	c.t.Helper()
	var st struct{ Size int64 }
	c.call("GET", consoleAPI+"/log", nil, &st)
	return st.Size
}

// A node that is killed over and over, in the middle of writing the log, loses and
// doubles nothing. What it left is exported, verified without it, and tampered with.
func TestThePublicLogOfANodeThatIsKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data := "--data=" + filepath.Join(dir, "data")
	n := start(t, data, "--audit.every=100ms")
	p := setUp(t, n)
	var dramas []string
	for i := range 4 {
		for j := range 4 {
			dramas = append(dramas, p.draft(fmt.Sprint("Lantern ", i, j)).ID)
		}
		n.kill()
		n = start(t, data, "--audit.every=100ms")
		p.moveTo(n)
	}
	p.allLogged(dramas, 2) // made, and given a poster

	key, err := p.do("GET", "/log/key", nil, nil)
	if err != nil || key.status != 200 {
		t.Fatal(key.status, err)
	}
	then, err := p.do("GET", "/log/checkpoint", nil, nil)
	if err != nil || then.status != 200 {
		t.Fatal(then.status, err)
	}
	older := filepath.Join(dir, "older")
	write(t, older, then.body)
	before := p.logSize()
	p.draft("The last one")
	until(t, "another checkpoint", func() bool { return p.logSize() > before })
	proof, err := p.do("GET", consoleAPI+"/log/entries/0/proof", nil, nil)
	if err != nil || proof.status != 200 {
		t.Fatal(proof.status, err)
	}
	write(t, filepath.Join(dir, "proof.json"), proof.body)
	out := filepath.Join(dir, "log")
	mustRun(t, "audit", "export", data, out)
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}

	public := strings.TrimSpace(string(key.body))
	verify := []string{"audit", "verify", "--tiles=" + out, "--key=" + public, "--since=" + older, "--entries"}
	if said := mustRun(t, verify...); !strings.Contains(said, "The tree and every entry of cliffhanger.log holds") || !strings.Contains(said, "It continues the checkpoint") {
		t.Error(said)
	}
	if said := mustRun(t, "audit", "verify", "--proof="+filepath.Join(dir, "proof.json"), "--key="+public); !strings.Contains(said, "Entry 0 is in cliffhanger.log") {
		t.Error(said)
	}
	refuse := func(what, code string) {
		t.Helper()
		if said, err := runCommand(t, verify...); err == nil || !strings.Contains(said, code) {
			t.Errorf("%s: %v %s", what, err, said)
		}
	}
	tiles, err := filepath.Glob(filepath.Join(out, "tile/8/data/*.p/*"))
	if err != nil || len(tiles) != 1 {
		t.Fatal(tiles, err)
	}
	whole, err := os.ReadFile(tiles[0])
	if err != nil {
		t.Fatal(err)
	}
	entries := strings.SplitAfter(string(whole), "\n\n")
	write(t, tiles[0], []byte(strings.Replace(string(whole), "catalogue.drama_changed", "catalogue.drama_created", 1)))
	refuse("an entry edited", "verify.entry_changed")
	write(t, tiles[0], []byte(strings.Join(entries[1:], "")))
	refuse("an entry removed", "verify.entry_missing")
	entries[2], entries[3] = entries[3], entries[2]
	write(t, tiles[0], []byte(strings.Join(entries, "")))
	refuse("two entries exchanged", "verify.entries_reordered")
	write(t, tiles[0], whole)
	hashes, err := filepath.Glob(filepath.Join(out, "tile/8/0/*.p/*"))
	if err != nil || len(hashes) != 1 {
		t.Fatal(hashes, err)
	}
	if err := os.Truncate(hashes[0], 40); err != nil {
		t.Fatal(err)
	}
	refuse("a tile cut off", "verify.tile_truncated")
	mustRun(t, "audit", "export", data, out)
	mustRun(t, verify...)
	forged, err := os.ReadFile(filepath.Join(out, "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(out, "checkpoint"), []byte(strings.Replace(string(forged), "\n"+strings.Split(string(forged), "\n")[1]+"\n", "\n1\n", 1)))
	refuse("a checkpoint forged", "verify.checkpoint_forged")
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Two nodes with the key write one log over PostgreSQL, JetStream and S3. One of
// them dies while it writes, and the other goes on.
func TestThePublicLogOfACluster(t *testing.T) {
	t.Parallel()
	nats, _ := bustest.Cluster(t)
	s3 := s3test.Start(t)
	database := dbtest.PostgreSQLAddress(t)
	dir := t.TempDir()
	said := mustRun(t, "audit", "key", "test.example/log")
	private, _, _ := strings.Cut(said[strings.Index(said, "PRIVATE+KEY+"):], "\n")
	settings := []string{"--roles=web,worker", "--database=" + database, "--nats=" + nats, "--bus-lease=5s", "--audit.every=100ms", "--audit.key=" + private,
		"--s3.endpoint=" + s3.Config.Endpoint, "--s3.bucket=" + s3.Config.Bucket, "--s3.insecure",
		"--s3.access-key=" + s3.Config.AccessKey, "--s3.secret-key=" + s3.Config.SecretKey}
	run := func(name string) *node {
		return start(t, append(settings, "--data="+filepath.Join(dir, name), "--node="+name)...)
	}
	a, b := run("a"), run("b")
	p := setUp(t, a)
	var dramas []string
	for i := range 12 {
		p.moveTo([]*node{a, b}[i%2])
		dramas = append(dramas, p.draft(fmt.Sprint("Lantern ", i)).ID)
	}
	p.moveTo(b)
	a.kill()
	dramas = append(dramas, p.draft("After the first died").ID)
	p.allLogged(dramas, 2)
	out := filepath.Join(dir, "log")
	mustRun(t, append([]string{"audit", "export", out}, append(settings[1:2:2], append(settings[5:], "--data="+filepath.Join(dir, "b"), "--node=b")...)...)...)
	if said := mustRun(t, "audit", "verify", "--tiles="+out, "--entries"); !strings.Contains(said, "of test.example/log holds") {
		t.Error(said)
	}
}
