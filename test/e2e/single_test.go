package e2e

import (
	"path/filepath"
	"testing"
)

func TestOneMachine(t *testing.T) {
	t.Parallel()
	n := start(t, "--data="+filepath.Join(t.TempDir(), "data"))
	anEpisodeGoesInAndASwipePlaysIt(t, house{first: n, second: func() *node { return n }})
	if err := n.stop(); err != nil {
		t.Fatalf("asked to stop: %v", err)
	}
}

// The server dies in the middle of an upload and in the middle of an encode;
// started again on the same folder it goes on.
func TestOneMachineThatIsKilledTwice(t *testing.T) {
	t.Parallel()
	data := "--data=" + filepath.Join(t.TempDir(), "data")
	n := start(t, data)
	again := func(c *client) {
		n.kill()
		n = start(t, data)
		c.moveTo(n)
	}
	var p *producer
	anEpisodeGoesInAndASwipePlaysIt(t, house{
		first: n,
		onUpload: func(who *producer) func(int) {
			p = who
			return func(piece int) {
				if piece == 1 {
					again(p.client)
				}
			}
		},
		onEncode: func() { again(p.client) },
		second:   func() *node { return n },
	})
}
