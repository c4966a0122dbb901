package e2e

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var writeFixture = flag.String("write-fixture", "", "make a data folder with one published drama and pack it into this file")

// TestWriteFixture makes the fixture of the state at hand:
//
//	go test ./test/e2e -run TestWriteFixture -write-fixture=testdata/data-N.tar.gz
func TestWriteFixture(t *testing.T) {
	if *writeFixture == "" {
		t.Log("nothing to write: -write-fixture is not given")
		return
	}
	data := filepath.Join(t.TempDir(), "data")
	n := start(t, "--data="+data, "--node=fixture")
	p := setUp(t, n)
	d := p.draft("The Fixture")
	p.upload(clip(t, 3, 1), d.ID, 1, 1, nil)
	p.playable(d.ID, 1)
	until(t, "the last encode", func() bool { return p.drama(d.ID).Episodes[0].Asset.State == "complete" })
	p.publish(d.ID)
	v := firstLaunch(t, n)
	until(t, "the drama in the feed", func() bool { return len(v.feed()) == 1 })
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("tar", "-C", data, "--exclude=./search", "-czf", *writeFixture, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// Every data folder in testdata was made by an earlier state of the program; it
// must open, sign its people in and play what it had published.
func TestADataFolderOfAnEarlierStateOpens(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/data-*.tar.gz")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no fixture: %v", err)
	}
	for _, archive := range archives {
		t.Run(filepath.Base(archive), func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(t.TempDir(), "data")
			if err := os.Mkdir(data, 0o750); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command("tar", "-C", data, "-xzf", archive).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			n := start(t, "--data="+data, "--node=fixture")
			staff := browser(t, n)
			staff.call("POST", consoleAPI+"/sessions", map[string]string{"email": "ada@example.org", "password": "lantern-opera-9"}, nil)
			for _, path := range []string{"/staff", "/system"} { // whoever ran the house does, in every duty
				staff.call("GET", consoleAPI+path, nil, nil)
			}
			v := firstLaunch(t, n)
			items := v.feed()
			if len(items) != 1 || items[0].Drama.Title != "测试剧" || items[0].Grant == nil {
				t.Fatalf("%+v", items)
			}
			v.play(*items[0].Grant)
		})
	}
}
