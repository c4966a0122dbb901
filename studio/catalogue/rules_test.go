package catalogue_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/poster"
	"cliffhanger/studio/catalogue/words"
)

var allSteps = []catalogue.Step{catalogue.MarkReady, catalogue.Publish, catalogue.Withdraw, catalogue.Reopen}

// Whatever steps are tried in whatever order: nothing is published that was not
// ready right before, and only what is published can be withdrawn.
func TestStatesFollowEachOther(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		state := catalogue.Draft
		for _, step := range rapid.SliceOf(rapid.SampledFrom(append(allSteps, "explode", ""))).Draw(t, "steps") {
			next, err := state.After(step)
			switch {
			case err != nil && (next != state || fault.KindOf(err) != fault.Conflict):
				t.Fatalf("a refused step %q moved %s to %s (%v)", step, state, next, err)
			case err == nil && next == state:
				t.Fatalf("step %q goes nowhere from %s", step, state)
			case err == nil && next == catalogue.Published && state != catalogue.Ready:
				t.Fatalf("published from %s", state)
			case err == nil && next == catalogue.Withdrawn && state != catalogue.Published:
				t.Fatalf("withdrawn from %s", state)
			}
			state = next
		}
	})
	reached := map[catalogue.State]bool{catalogue.Draft: true}
	for range 4 {
		for s := range reached {
			for _, step := range allSteps {
				if next, err := s.After(step); err == nil {
					reached[next] = true
				}
			}
		}
	}
	if len(reached) != 4 {
		t.Errorf("only %v can be reached", reached)
	}
}

func TestTextFallsBack(t *testing.T) {
	t.Parallel()
	text := words.Text{"zh-CN": "雨夜", "en": "Night", "ja": ""}
	for _, c := range []struct {
		wanted []string
		want   string
	}{
		{[]string{"en", "zh-CN"}, "Night"}, {[]string{"ja", "zh-CN"}, "雨夜"}, {[]string{"fr", "de"}, "Night"},
		{[]string{"zh-TW", "en"}, "雨夜"}, {[]string{"en-GB"}, "Night"}, {nil, "Night"},
	} {
		if got := text.In(c.wanted...); got != c.want {
			t.Errorf("In(%v) = %q, want %q", c.wanted, got, c.want)
		}
	}
	if got := (words.Text{}).In("en"); got != "" {
		t.Errorf("nothing reads %q", got)
	}
}

func TestAboutIsTidied(t *testing.T) {
	t.Parallel()
	genres, err := words.LoadGenres("")
	if err != nil {
		t.Fatal(err)
	}
	got, err := catalogue.About{
		Title: words.Text{"zh-cn": " 雨夜\u202e归来\n ", "en": ""}, Genres: []string{"ceo", "ceo"}, Tags: []string{" a ", "a", ""},
		Synopsis: words.Text{"en": "one\r\ntwo\x00"},
		People:   []catalogue.Person{{Role: "cast", Name: words.Text{"en": "Lin"}}, {Role: "writer"}},
	}.Clean(genres)
	if err != nil {
		t.Fatal(err)
	}
	if got.Title["zh-CN"] != "雨夜归来" || len(got.Title) != 1 || len(got.Genres) != 1 || len(got.Tags) != 1 || got.Synopsis["en"] != "one\ntwo" ||
		len(got.People) != 1 || got.OriginalLanguage != "zh-CN" || got.Audience != "all" || got.Release.Mode != "all" {
		t.Errorf("%+v", got)
	}
	again, err := got.Clean(genres)
	if diff := cmp.Diff(got, again); err != nil || diff != "" {
		t.Errorf("cleaning again: %v %s", err, diff)
	}

	_, err = catalogue.About{
		Title: words.Text{"klingon!": "x", "en": strings.Repeat("x", 201)}, OriginalLanguage: "?", Genres: []string{"western"}, Audience: "cats", Year: 3,
		People: []catalogue.Person{{Role: "cook", Name: words.Text{"en": "x"}}}, Tags: make([]string, 21),
	}.Clean(genres)
	var paths []string
	for _, f := range fault.Of(err).Fields {
		paths = append(paths, f.Path)
	}
	if diff := cmp.Diff([]string{"title.en", "title.klingon!", "original_language", "audience", "year", "genres[0]", "tags", "people[0].role"}, paths); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsMissing(t *testing.T) {
	t.Parallel()
	asset := []id.Asset{id.New[id.Asset](), id.New[id.Asset](), id.New[id.Asset]()}
	complete := func() (catalogue.Drama, []catalogue.Episode, map[id.Asset]catalogue.AssetFacts) {
		d := catalogue.Drama{About: about("雨夜", "Night"), Portrait: poster.Set{"zh-CN": {Hash: "1"}}, Landscape: poster.Set{"en": {Hash: "2"}}}
		facts := map[id.Asset]catalogue.AssetFacts{}
		var episodes []catalogue.Episode
		for i, a := range asset {
			episodes = append(episodes, catalogue.Episode{Number: i + 1, Asset: a})
			facts[a] = catalogue.AssetFacts{Playable: true}
		}
		return d, episodes, facts
	}
	for name, c := range map[string]struct {
		spoil func(d *catalogue.Drama, e []catalogue.Episode, f map[id.Asset]catalogue.AssetFacts)
		want  string
	}{
		"nothing": {func(*catalogue.Drama, []catalogue.Episode, map[id.Asset]catalogue.AssetFacts) {}, ""},
		"a title": {func(d *catalogue.Drama, _ []catalogue.Episode, _ map[id.Asset]catalogue.AssetFacts) {
			d.Title = words.Text{"en": "Night"}
		}, "block title_missing title.zh-CN"},
		"a landscape poster": {func(d *catalogue.Drama, _ []catalogue.Episode, _ map[id.Asset]catalogue.AssetFacts) {
			d.Landscape = nil
		}, "warn poster_missing posters.landscape"},
		"an episode": {func(_ *catalogue.Drama, e []catalogue.Episode, _ map[id.Asset]catalogue.AssetFacts) { e[2].Number = 4 }, "block episode_gap episodes[4]"},
		"a video":    {func(_ *catalogue.Drama, e []catalogue.Episode, _ map[id.Asset]catalogue.AssetFacts) { e[1].Asset = "" }, "block video_missing episodes[2].asset"},
		"the first video": {func(_ *catalogue.Drama, _ []catalogue.Episode, f map[id.Asset]catalogue.AssetFacts) {
			delete(f, asset[0])
		}, "block video_not_playable episodes[1].asset"},
		"a later video": {func(_ *catalogue.Drama, _ []catalogue.Episode, f map[id.Asset]catalogue.AssetFacts) {
			f[asset[2]] = catalogue.AssetFacts{}
		}, "warn video_not_playable episodes[3].asset"},
		"a video that is fine": {func(_ *catalogue.Drama, _ []catalogue.Episode, f map[id.Asset]catalogue.AssetFacts) {
			f[asset[2]] = catalogue.AssetFacts{Playable: true, Blocked: true}
		}, "block video_blocked episodes[3].asset"},
		"short subtitles": {func(_ *catalogue.Drama, e []catalogue.Episode, _ map[id.Asset]catalogue.AssetFacts) {
			e[0].Subtitles = []catalogue.Subtitle{{Lang: "en", Cues: 9, Long: 2}}
		}, "warn subtitle_long episodes[1].subtitles.en"},
	} {
		d, episodes, facts := complete()
		c.spoil(&d, episodes, facts)
		var got []string
		for _, m := range catalogue.MissingFrom(d, episodes, facts) {
			got = append(got, m.Severity+" "+m.Code+" "+m.Path)
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("without %s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAnEpisodeIsWatchableOnceReleasedAndPlayable(t *testing.T) {
	t.Parallel()
	e := catalogue.Episode{ReleaseAt: opening, Video: catalogue.Video{Playable: true}}
	if e.WatchableAt(opening.Add(-time.Microsecond), "") || !e.WatchableAt(opening, "") {
		t.Error("the moment of release is wrong")
	}
	e.Video.Blocked = true
	if e.WatchableAt(opening, "") {
		t.Error("quality control stops it")
	}
	e.Video = catalogue.Video{}
	if e.WatchableAt(opening, "") {
		t.Error("it has no video")
	}
	if (catalogue.Episode{Video: catalogue.Video{Playable: true}}).WatchableAt(opening, "") {
		t.Error("it was never scheduled")
	}
}
