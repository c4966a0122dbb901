package media

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/fence"
	"cliffhanger/studio/media/mark"
)

// labelled is a clip whose file says how it was made.
func labelled(t testing.TB, kind, said string) []byte {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "in.mp4"), clip(t, kind), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"-nostdin", "-v", "error", "-i", "in.mp4", "-c", "copy", "-movflags", "+faststart+use_metadata_tags", "-metadata", "AIGC=" + said, "out.mp4"}
	if _, err := fence.Run(t.Context(), fence.Command{Name: "ffmpeg", Args: args, Dir: dir}); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "out.mp4"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// initSaid is what the beginning of a rendition says, of one with an index its
// init segment alone.
func (b *bench) initSaid(r Rendition) (mark.AIGC, bool) {
	b.t.Helper()
	o, err := b.blobs.Open(b.t.Context(), r.Key)
	b.ok(err)
	defer o.Close()
	whole := make([]byte, r.Bytes)
	_, err = o.Read(whole)
	b.ok(err)
	if r.Track != nil {
		whole = whole[r.Track.Init.At:r.Track.Init.End()]
	}
	path := b.file("begin.mp4", whole)
	var out strings.Builder
	_, err = fence.Run(b.t.Context(), fence.Command{Name: "ffprobe", Args: []string{"-v", "error", "-show_format", "-of", "json", path}, Stdout: &out})
	b.ok(err)
	var told struct {
		Format struct{ Tags map[string]string }
	}
	b.ok(json.Unmarshal([]byte(out.String()), &told))
	return mark.Read(told.Format.Tags["AIGC"])
}

// What a master says of machine-made content is in the beginning of every file
// made from it, whichever pass made it, and ffprobe finds it there.
func TestAnAILabelIsLostInNoRendition(t *testing.T) {
	t.Parallel()
	b := newBench(t, databases.SQLite(t), withConfig(func(c *Config) { c.Propagator = "91110108MA01PLAT00" }))
	b.work()
	said := `{"AIGC":{"Label":"1","ContentProducer":"91110108MA01TEST00","ProduceID":"d42-e12-v3","ReservedCode1":"kept","ContentPropagator":"","PropagateID":"","ReservedCode2":""}}`
	heard := b.upload("a", "ep1.mp4", labelled(t, "portrait", said))
	large := b.upload("a", "ep2.mp4", labelled(t, "large", said))
	plain := b.upload("a", "ep3.mp4", clip(t, "portrait"))
	b.idle()
	want(t, b.do("a", "POST", "/api/console/v1/assets/"+string(large)+"/av1", nil), 200, "")
	b.idle()
	var names []string
	for _, asset := range []id.Asset{heard, large, plain} {
		files, err := renditionsOf(t.Context(), b.db, asset)
		b.ok(err)
		for _, r := range files {
			if r.Kind != kindVideo && r.Kind != kindAudio && r.Kind != kindHead {
				continue
			}
			names = append(names, r.Name)
			got, ok := b.initSaid(r)
			if asset == plain {
				if ok {
					t.Errorf("%s of a file that says nothing says %s", r.Name, got)
				}
				continue
			}
			want := mark.AIGC{Label: mark.Made, ContentProducer: "91110108MA01TEST00", ProduceID: "d42-e12-v3", ReservedCode1: "kept", ContentPropagator: "91110108MA01PLAT00", PropagateID: string(asset)}
			if d := cmp.Diff(want, got); d != "" || !ok {
				t.Errorf("%s (-want +got):\n%s", r.Name, d)
			}
		}
	}
	for _, name := range []string{"v360", "v1080", "v720av1", "audio", "head"} {
		if !slices.Contains(names, name) {
			t.Errorf("made %v, want %s too", names, name)
		}
	}
}
