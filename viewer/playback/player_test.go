package playback

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
)

func TestWhatACommandNeedsAndMayHave(t *testing.T) {
	t.Parallel()
	episode, at, loud := id.New[id.Episode](), int64(1000), 40
	minus, deaf := int64(-1), 101
	for name, c := range map[string]struct {
		ask  Ask
		path string // of the field at fault, "" if it fits
	}{
		"play":                     {Ask{Kind: Play, Episode: episode}, ""},
		"play from somewhere":      {Ask{Kind: Play, Episode: episode, PositionMS: &at, PositionVersion: 7}, ""},
		"play nothing":             {Ask{Kind: Play}, "episode_id"},
		"play what is no episode":  {Ask{Kind: Play, Episode: "eps_\x00"}, "episode_id"},
		"play before the start":    {Ask{Kind: Play, Episode: episode, PositionMS: &minus}, "position_ms"},
		"play loudly":              {Ask{Kind: Play, Episode: episode, Volume: &loud}, "volume"},
		"pause":                    {Ask{Kind: PauseIt}, ""},
		"pause somewhere":          {Ask{Kind: PauseIt, PositionMS: &at}, "position_ms"},
		"seek":                     {Ask{Kind: SeekTo, PositionMS: &at}, ""},
		"seek in an episode":       {Ask{Kind: SeekTo, PositionMS: &at, Episode: episode}, ""},
		"seek nowhere":             {Ask{Kind: SeekTo}, "position_ms"},
		"volume":                   {Ask{Kind: Volume, Volume: &loud}, ""},
		"volume, unsaid":           {Ask{Kind: Volume}, "volume"},
		"volume beyond everything": {Ask{Kind: Volume, Volume: &deaf}, "volume"},
		"next":                     {Ask{Kind: Next}, ""},
		"next, of an episode":      {Ask{Kind: Next, Episode: episode}, "episode_id"},
		"bring it back":            {Ask{Kind: BringBack}, ""},
		"what nobody knows":        {Ask{Kind: "explode"}, "kind"},
	} {
		err := c.ask.check()
		if c.path == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		f := fault.Of(err)
		if f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Path != c.path {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestWhatADeviceSaysIsShownAsOneLineAndItsPosterIsAnAddress(t *testing.T) {
	t.Parallel()
	w, err := Showing{Title: " Night\n\x00 train ", Poster: "/media/p.jpg", Refusal: &Obstacle{"a.b", "No\r\nway"}}.tidy()
	if err != nil || w.Title != "Night train" || w.Refusal.Message != "No way" {
		t.Fatalf("%+v %v", w, err)
	}
	if _, err := (Showing{Poster: "javascript:alert(1)"}).tidy(); fault.KindOf(err) != fault.Invalid {
		t.Fatal(err)
	}
}

// Whatever comes in whatever order, a command has the first answer its own device
// gave while somebody waited, and no other.
func TestAnyOrderOfCommandsAndAnswers(t *testing.T) {
	t.Parallel()
	devices := []id.Device{"dev_1", "dev_2"}
	accounts := []id.Account{"acc_1", "acc_2"}
	commands := []id.Command{"cmd_1", "cmd_2", "cmd_3"}
	type told struct {
		device id.Device
		acc    id.Account
		answer <-chan Player
		leave  func()
		want   string // the title of the answer that counts
		gone   bool
	}
	rapid.Check(t, func(t *rapid.T) {
		var a asked
		waits := map[id.Command]*told{}
		for i := range rapid.IntRange(1, 40).Draw(t, "steps") {
			c := rapid.SampledFrom(commands).Draw(t, "command")
			device, account := rapid.SampledFrom(devices).Draw(t, "device"), rapid.SampledFrom(accounts).Draw(t, "account")
			w := waits[c]
			switch what := rapid.SampledFrom([]string{"ask", "answer", "answer", "leave"}).Draw(t, "what"); {
			case what == "ask" && w == nil:
				w = &told{device: device, acc: account}
				w.answer, w.leave = a.expect(c, account, device)
				waits[c] = w
			case what == "leave" && w != nil:
				w.leave()
				w.gone = true
			case what == "answer":
				title := string(rune('a' + i))
				data, _ := json.Marshal(Player{Showing: Showing{Title: title}})
				a.answer(account, letter{message: message{Data: data}, From: device, Answers: c})
				if w != nil && !w.gone && w.want == "" && w.device == device && w.acc == account {
					w.want = title
				}
			}
		}
		for c, w := range waits {
			got := ""
			select {
			case p := <-w.answer:
				got = p.Title
			default:
			}
			if got != w.want || len(w.answer) != 0 {
				t.Fatalf("%s has the answer %q, want %q", c, got, w.want)
			}
			w.leave()
		}
		if len(a.waiting) != 0 {
			t.Fatalf("still waited for: %v", a.waiting)
		}
	})
}
