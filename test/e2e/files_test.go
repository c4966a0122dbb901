package e2e

import (
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A file goes once no episode shows it, and may come again.
func TestAFileIsDeletedOnceNoEpisodeShowsIt(t *testing.T) {
	t.Parallel()
	p := setUp(t, start(t, "--data="+filepath.Join(t.TempDir(), "data")))
	d, file := p.draft("Paper Moon"), clip(t, 2, 7)
	p.upload(file, d.ID, 1, 1, nil)
	d = p.playable(d.ID, 1)
	episode, asset := d.Episodes[0].ID, d.Episodes[0].Asset.ID
	path := consoleAPI + "/assets/" + asset

	a, err := p.do("DELETE", path, nil, nil)
	if err != nil || a.status != http.StatusConflict || !strings.Contains(string(a.body), "media.asset_shown") || !strings.Contains(string(a.body), "episode 1 of “Paper Moon”") {
		t.Errorf("an episode shows it: %d %s %v", a.status, a.body, err)
	}
	p.call("DELETE", consoleAPI+"/episodes/"+episode+"?version="+strconv.FormatInt(d.Version, 10), nil, nil)
	p.call("DELETE", path, nil, nil)
	p.refused("DELETE", path, nil, http.StatusNotFound, "media.asset_not_found")
	p.refused("GET", path, nil, http.StatusNotFound, "media.asset_not_found")
	p.refused("POST", consoleAPI+"/dramas/"+d.ID+"/episodes", map[string]any{"asset_id": asset}, http.StatusUnprocessableEntity, "catalogue.asset_unknown")

	p.upload(file, d.ID, 1, 1, nil)
	if again := p.playable(d.ID, 1).Episodes[0].Asset.ID; again == asset {
		t.Error("sent again it is the deleted one")
	}
}
