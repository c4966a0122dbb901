package e2e

import (
	"bytes"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// abroad says where somebody is, as a trusted proxy before the node would.
type abroad string

func (country abroad) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Country", string(country))
	return http.DefaultTransport.RoundTrip(r)
}

// A drama is out in one market and comes later to another: who asks too early
// hears when, and is let in once its market's plan says now.
func TestAMarketThatWaits(t *testing.T) {
	t.Parallel()
	n := start(t, "--data="+filepath.Join(t.TempDir(), "data"), "--edge.trusted-proxies=127.0.0.0/8", "--edge.market-header=X-Country")
	p := setUp(t, n)
	d := p.draft("The Premiere")
	p.upload(clip(t, 2, 1), d.ID, 1, 1, nil)
	episode := p.playable(d.ID, 1).Episodes[0].ID
	plan := func(more map[string]any) {
		t.Helper()
		brazil := map[string]any{"market": "BR", "mode": "all"}
		for key, value := range more {
			brazil[key] = value
		}
		p.call("PATCH", consoleAPI+"/dramas/"+d.ID, map[string]any{"version": p.drama(d.ID).Version, "markets": []any{brazil}}, nil)
	}
	plan(map[string]any{"starts_at": time.Date(2098, 12, 24, 12, 0, 0, 0, time.UTC)})
	p.publish(d.ID)

	here, there := firstLaunch(t, n), firstLaunch(t, n)
	here.http.Transport, there.http.Transport = abroad("CN"), abroad("BR")
	here.play(here.grant(episode))
	ask := map[string]string{"episode_id": episode}
	there.refused("POST", viewerAPI+"/grants", ask, http.StatusNotFound, "playback.not_released")
	a, err := there.do("POST", viewerAPI+"/grants", strings.NewReader(`{"episode_id": "`+episode+`"}`), map[string]string{"Content-Type": "application/json"})
	if err != nil || !bytes.Contains(a.body, []byte("2098-12-24 at 12:00 UTC")) || !bytes.Contains(a.body, []byte("2098-12-24T12:00:00Z")) {
		t.Fatalf("too early: %s %v", a.body, err)
	}

	plan(nil) // from when it was published
	there.play(there.grant(episode))

	// A session's market is decided once: a journey changes nothing, and it says why.
	there.http.Transport = abroad("CN")
	there.play(there.grant(episode))
	var where struct {
		Market   string
		By       string `json:"decided_by"`
		Evidence []struct{ Kind, Country string }
	}
	there.call("GET", viewerAPI+"/me/market", nil, &where)
	if where.Market != "BR" || where.By != "proxy" || len(where.Evidence) != 1 || where.Evidence[0].Country != "BR" {
		t.Errorf("after a journey: %+v", where)
	}
}
