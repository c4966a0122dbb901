package e2e

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/testkit/dbtest"
	"cliffhanger/internal/testkit/s3test"
)

// longAway is longer than the node tries a store before it calls it away.
const longAway = 45 * time.Second

// The database and the store go away in the middle of an upload and of the
// encodes: people are told so, and when both are back everything goes on by
// itself.
func TestDatabaseAndStoreGoAway(t *testing.T) {
	t.Parallel()
	database, s3 := dbtest.OwnPostgreSQL(t), s3test.Start(t)
	n := start(t, "--data="+filepath.Join(t.TempDir(), "data"), "--database="+database.Address,
		"--s3.endpoint="+s3.Config.Endpoint, "--s3.bucket="+s3.Config.Bucket, "--s3.insecure",
		"--s3.access-key="+s3.Config.AccessKey, "--s3.secret-key="+s3.Config.SecretKey)
	restart := func(p *producer) {
		fresh := browser(t, n) // whose session the node has not read yet
		fresh.call("POST", consoleAPI+"/sessions", map[string]string{"email": "ada@example.org", "password": "lantern-opera-9"}, nil)
		database.Stop()
		fresh.refused("GET", consoleAPI+"/me", nil, http.StatusServiceUnavailable, "db.unavailable")
		if a, err := fresh.do("GET", consoleAPI+"/me", nil, nil); err != nil || a.header.Get("Retry-After") == "" {
			t.Errorf("nobody is told when to come back: %v %v", a.header, err)
		}
		p.refused("GET", consoleAPI+"/dramas", nil, http.StatusServiceUnavailable, "db.unavailable")
		if a, err := p.do("GET", "/readyz", nil, nil); err != nil || a.status != http.StatusServiceUnavailable {
			t.Errorf("ready without a database: %d %v", a.status, err)
		}
		if log := n.logged(); strings.Contains(log, `"level":"ERROR"`) {
			t.Errorf("a database that is away looks like a defect:\n%s", tail(log, 3000))
		}
		database.Start(t)
	}
	var who *producer
	anEpisodeGoesInAndASwipePlaysIt(t, house{
		first: n,
		onUpload: func(p *producer) func(int) {
			who = p
			return func(piece int) {
				if piece == 1 {
					restart(p)
				}
			}
		},
		onEncode: func() {
			s3.Pause()
			restart(who)
			time.Sleep(longAway) // what is tested is a store that stays away
			s3.Resume(t)
		},
		second: func() *node { return n },
	})
}
