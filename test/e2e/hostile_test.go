package e2e

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// inside are words that only the inside of the house knows.
var inside = regexp.MustCompile(`(?i)goroutine|panic|\.go:\d|sqlstate|sqlite|select |insert |no rows|/internal/|stack`)

// refusal is what somebody was told, and its words.
type refusal struct {
	status int
	code   string
	body   string
	wait   string // Retry-After
}

// says sends a body as it is and answers how it was refused, or that it was not.
// Whatever comes back says nothing of the inside of the house.
func (c *client) says(method, path, body string, header map[string]string) refusal {
	c.t.Helper()
	with := map[string]string{"Content-Type": "application/json"}
	for k, v := range header {
		with[k] = v
	}
	a, err := c.do(method, path, strings.NewReader(body), with)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	if a.status >= 400 && inside.Match(a.body) || a.status >= 500 && a.status != http.StatusServiceUnavailable {
		c.t.Errorf("%s %s %s: %d %s", method, path, body, a.status, a.body)
	}
	var problem struct{ Code string }
	json.Unmarshal(a.body, &problem)
	return refusal{a.status, problem.Code, string(a.body), a.header.Get("Retry-After")}
}

// want fails the test unless that was the answer.
func (c *client) want(what string, got refusal, status int, code string) {
	c.t.Helper()
	if got.status != status || got.code != code {
		c.t.Errorf("%s: %d %s, want %d %s: %s", what, got.status, got.code, status, code, got.body)
	}
}

// atOnce asks the same n times at the same moment.
func atOnce(n int, ask func(i int) refusal) (granted int, others map[string]int) {
	others = map[string]int{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			r := ask(i)
			mu.Lock()
			defer mu.Unlock()
			if r.status < 300 {
				granted++
			} else {
				others[r.code]++
			}
		})
	}
	all.Wait()
	return granted, others
}

var mailedCode = regexp.MustCompile(`"to":"([^"]+)","subject":"[^"]*?(\d{6})`)

// mailed is the nth code the house sent to an address, as soon as its log says so.
func (n *node) mailed(t *testing.T, address string, nth int) (code string) {
	t.Helper()
	until(t, "mail to "+address, func() bool {
		sent := 0
		for _, m := range mailedCode.FindAllStringSubmatch(n.logged(), -1) {
			if m[1] == address {
				if sent++; sent == nth {
					code = m[2]
				}
			}
		}
		return code != ""
	})
	return code
}

func bearer(token string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + token}
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// Somebody who means harm meets a whole node: what they forge, repeat or guess
// opens nothing, what they send too much of is refused, and everybody else goes on.
func TestAHostileViewerOpensNothing(t *testing.T) {
	t.Parallel()
	public, maker, _ := ed25519.GenerateKey(nil)
	n := start(t, "--data="+filepath.Join(t.TempDir(), "data"), "--youth.claim-keys=ed25519:"+base64.StdEncoding.EncodeToString(public))
	p := setUp(t, n)
	d := p.draft("The Siege")
	p.upload(clip(t, 5, 1), d.ID, 1, 1, nil)
	episode := p.playable(d.ID, 1).Episodes[0].ID
	p.publish(d.ID)

	sessionsAreNotForged(t, n, p)
	linksToBytesAreNotForged(t, n, episode)
	positionsStayInsideTheEpisode(t, n, episode)
	handOffsAreGoodOnce(t, n, episode)
	televisionCodesAreGoodOnce(t, n)
	mailedCodesAreGoodOnceAndWhereTheyWereAskedFor(t, n)
	claimsAreTheMakers(t, n, maker)
	guessingAPINIsSlow(t, n)
	aSilentTelevisionHoldsUpNobody(t, n, episode)
	otherSitesDoNothingHere(t, n)
	if found := regexp.MustCompile(`lantern-opera-9|panic|goroutine`).FindString(n.logged()); found != "" {
		t.Errorf("the log holds %q", found)
	}
}

func sessionsAreNotForged(t *testing.T, n *node, p *producer) {
	v := &viewer{client: browser(t, n)}
	var s struct{ Token string }
	v.call("POST", viewerAPI+"/sessions", map[string]any{"bearer": true, "device": map[string]any{"name": "Phone"}}, &s)
	v.http.Jar = nil
	if got := v.says("GET", viewerAPI+"/me", "", bearer(s.Token)); got.status != http.StatusOK {
		t.Fatalf("a session of one's own: %+v", got)
	}
	flipped := []byte(s.Token)
	flipped[7] ^= 1
	never := v.says("GET", viewerAPI+"/me", "", bearer(string(flipped)))
	v.want("one letter off", never, http.StatusUnauthorized, "account.session_ended")
	v.want("cut short", v.says("GET", viewerAPI+"/me", "", bearer(s.Token[:42])), http.StatusUnauthorized, "account.session_ended")
	v.want("without end", v.says("GET", viewerAPI+"/me", "", bearer(strings.Repeat("A", 4000))), http.StatusUnauthorized, "account.session_ended")
	v.want("a viewer in the console", v.says("GET", consoleAPI+"/me", "", bearer(s.Token)), http.StatusUnauthorized, "account.session_ended")
	staff := &client{t: t, node: n, http: p.http}
	staff.want("staff before a screen", staff.says("GET", viewerAPI+"/me", "", nil), http.StatusUnauthorized, "httpx.sign_in_required")
	if got := v.says("DELETE", viewerAPI+"/sessions/current", "", bearer(s.Token)); got.status != http.StatusNoContent {
		t.Fatalf("leaving: %+v", got)
	}
	again := v.says("GET", viewerAPI+"/me", "", bearer(s.Token))
	v.want("one that ended", again, http.StatusUnauthorized, "account.session_ended")
	if strip(again.body) != strip(never.body) {
		t.Errorf("one learns that there was a session: %s, %s", again.body, never.body)
	}
}

// strip leaves out what names the request.
func strip(body string) string {
	return regexp.MustCompile(`"(request_id|instance|trace_id)":"[^"]*",?`).ReplaceAllString(body, "")
}

func linksToBytesAreNotForged(t *testing.T, n *node, episode string) {
	v, other := firstLaunch(t, n), firstLaunch(t, n)
	g := v.grant(episode)
	if got := v.says("GET", g.HLS, "", nil); got.status != http.StatusOK {
		t.Fatalf("a link of one's own: %+v", got)
	}
	parts := strings.Split(g.HLS, "/")
	for i, part := range parts {
		if len(part) < 24 { // a signed part is longer
			continue
		}
		forged := []byte(part)
		forged[len(forged)/2] ^= 1
		spoiled := append(append(append([]string{}, parts[:i]...), string(forged)), parts[i+1:]...)
		if got := v.says("GET", strings.Join(spoiled, "/"), "", nil); got.status != http.StatusForbidden && got.status != http.StatusNotFound {
			t.Errorf("a forged link: %+v", got)
		}
	}
	// A device that is signed out may have kept its links; nothing comes by them.
	if got := v.says("DELETE", viewerAPI+"/sessions/current", "", nil); got.status != http.StatusNoContent {
		t.Fatalf("leaving: %+v", got)
	}
	until(t, "the links of a device that left to end", func() bool { return v.says("GET", g.HLS, "", nil).status == http.StatusForbidden })
	if got := other.says("GET", other.grant(episode).HLS, "", nil); got.status != http.StatusOK {
		t.Errorf("another's link ended with it: %+v", got)
	}
}

func positionsStayInsideTheEpisode(t *testing.T, n *node, episode string) {
	v := firstLaunch(t, n)
	v.report(episode, time.Second, "start", 1)
	report := func(position, seq, session string) refusal {
		now := time.Now().UTC().Format(time.RFC3339Nano)
		return v.says("PUT", viewerAPI+"/progress", fmt.Sprintf(`{"sent_at":%q,"reports":[{"episode_id":%q,"position_ms":%s,"at":%q,"seq":%s,"session":%s,"event":"tick"}]}`,
			now, episode, position, now, seq, session), nil)
	}
	for _, bad := range []string{"-1", "172800001", "9223372036854775808", "-9223372036854775809", "1e400", "1.5", `"12"`, "null", "[]", "{}", "true"} {
		if got := report(bad, "2", `"x"`); got.status < 400 || got.status >= 500 {
			t.Errorf("position %s: %+v", bad, got)
		}
	}
	for _, bad := range []string{"NaN", "Infinity", "-", "0x10", "1,"} {
		if got := report(bad, "2", `"x"`); got.status != http.StatusBadRequest {
			t.Errorf("position %s: %+v", bad, got)
		}
	}
	for name, got := range map[string]refusal{
		"a negative number": report("2000", "-1", `"x"`), "no sitting": report("2000", "2", `""`),
		"an endless sitting": report("2000", "2", `"`+strings.Repeat("x", 65)+`"`),
	} {
		if got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %+v", name, got)
		}
	}
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprintf(`{"episode_id":%q,"position_ms":1,"at":"2026-01-01T00:00:00Z","seq":%d,"session":"x","event":"tick"}`, episode, i)
	}
	if got := v.says("PUT", viewerAPI+"/progress", `{"reports":[`+strings.Join(many, ",")+`]}`, nil); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a hundred and one reports: %+v", got)
	}
	if g := v.grant(episode); g.PositionMS != 1000 {
		t.Fatalf("what was refused moved it to %d ms", g.PositionMS)
	}
	// What is a control character, or another episode than there is, is dropped alone.
	if got := report("2000", "3", `"\u0000"`); got.status != http.StatusOK {
		t.Errorf("a sitting no engine can store: %+v", got)
	}
	if got := report("172800000", "9223372036854775807", `"far"`); got.status != http.StatusOK {
		t.Errorf("behind the end: %+v", got)
	}
	var page struct {
		Items []struct {
			PositionMS int64 `json:"position_ms"`
		}
	}
	v.call("GET", viewerAPI+"/history", nil, &page)
	if g := v.grant(episode); len(page.Items) != 1 || page.Items[0].PositionMS != g.DurationMS || g.PositionMS != 0 {
		t.Errorf("behind the end of %d ms is at %+v, and begins at %d", g.DurationMS, page.Items, g.PositionMS)
	}
	v.report(episode, 1500*time.Millisecond, "start", 1) // a sitting of its own is not held up by a number without end
	v2 := &viewer{client: v.client, Device: v.Device + "-again"}
	v2.report(episode, 2*time.Second, "tick", 1)
	if g := v.grant(episode); g.PositionMS != 2000 {
		t.Errorf("a rewatch begins at %d ms", g.PositionMS)
	}
}

func handOffsAreGoodOnce(t *testing.T, n *node, episode string) {
	v, stranger := firstLaunch(t, n), firstLaunch(t, n)
	var link struct{ Token string }
	v.call("POST", viewerAPI+"/handoffs", map[string]any{"episode_id": episode, "position_ms": 172800000}, &link)
	redeem := func(token string) refusal {
		return stranger.says("POST", viewerAPI+"/handoffs/redeem", text(map[string]string{"token": token}), nil)
	}
	forged := redeem(strings.Repeat("A", len(link.Token)))
	stranger.want("a guess", forged, http.StatusNotFound, "playback.handoff_spent")
	granted, others := atOnce(8, func(int) refusal { return redeem(link.Token) })
	if granted != 1 || others["playback.handoff_spent"] != 7 {
		t.Errorf("of eight at once %d arrive, the others are told %v", granted, others)
	}
	again := redeem(link.Token)
	stranger.want("again", again, http.StatusNotFound, "playback.handoff_spent")
	if strip(again.body) != strip(forged.body) {
		t.Errorf("one learns that there was a link: %s, %s", again.body, forged.body)
	}
	v.want("of nothing", v.says("POST", viewerAPI+"/handoffs", `{"episode_id":"eps_nothing","position_ms":0}`, nil), http.StatusNotFound, "playback.not_watchable")
}

func televisionCodesAreGoodOnce(t *testing.T, n *node) {
	v := firstLaunch(t, n)
	var codes struct {
		Device string `json:"device_code"`
		User   string `json:"user_code"`
	}
	screen := func() *client { return browser(t, n) }
	v.call("POST", viewerAPI+"/device-codes", map[string]any{"device": map[string]any{"name": "TV", "form": "tv"}}, &codes)
	redeem := func(c *client, code string) refusal {
		return c.says("POST", viewerAPI+"/device-codes/redeem", text(map[string]string{"device_code": code}), nil)
	}
	tv := screen()
	tv.want("before anybody looked", redeem(tv, codes.Device), http.StatusBadRequest, "account.authorization_pending")
	if got := redeem(tv, codes.Device); got.code != "account.slow_down" && got.code != "account.authorization_pending" || got.wait == "" { // pending where this machine is slow
		t.Errorf("at once again: %+v", got)
	}
	forged := redeem(tv, strings.Repeat("A", len(codes.Device)))
	tv.want("a guess", forged, http.StatusBadRequest, "account.expired_token")
	path := viewerAPI + "/device-codes/" + codes.User
	v.want("yes without a look", v.says("POST", path+"/approve", "", nil), http.StatusConflict, "account.device_unseen")
	v.call("GET", path, nil, nil)
	v.call("POST", path+"/approve", nil, nil)
	stranger := firstLaunch(t, n)
	stranger.want("no by somebody else", stranger.says("POST", path+"/deny", "", nil), http.StatusConflict, "account.device_decided")
	granted, others := atOnce(8, func(int) refusal { return redeem(screen(), codes.Device) })
	if granted != 1 || others["account.expired_token"] != 7 {
		t.Errorf("of eight televisions with one code %d sign in, the others are told %v", granted, others)
	}
	again := redeem(tv, codes.Device)
	tv.want("again", again, http.StatusBadRequest, "account.expired_token")
	if strip(again.body) != strip(forged.body) {
		t.Errorf("one learns that there was a code: %s, %s", again.body, forged.body)
	}
	// Whoever guesses at the codes of televisions waits, and nobody else does.
	var told refusal
	for i := 0; told.status != http.StatusTooManyRequests && i < 40; i++ {
		told = stranger.says("GET", viewerAPI+fmt.Sprintf("/device-codes/BCDF%04d", 2222+i), "", nil)
	}
	if told.status != http.StatusTooManyRequests || told.wait == "" {
		t.Errorf("guessing goes on: %+v", told)
	}
	v.call("POST", viewerAPI+"/device-codes", map[string]any{}, &codes)
	v.call("GET", viewerAPI+"/device-codes/"+codes.User, nil, nil)
}

func mailedCodesAreGoodOnceAndWhereTheyWereAskedFor(t *testing.T, n *node) {
	mei, lin, thief := firstLaunch(t, n), firstLaunch(t, n), firstLaunch(t, n)
	address := func(to string) map[string]any { return map[string]any{"channel": "email", "to": to} }
	send := func(v *viewer, to string, nth int) string {
		t.Helper()
		v.call("POST", viewerAPI+"/codes", address(to), nil)
		return n.mailed(t, to, nth)
	}
	prove := func(v *viewer, to, code string) refusal {
		return v.says("POST", viewerAPI+"/sign-in", text(map[string]string{"channel": "email", "to": to, "code": code}), nil)
	}
	code := send(mei, "mei@example.org", 1)
	mei.want("of another address", prove(mei, "lin@example.org", code), http.StatusUnprocessableEntity, "account.code_wrong")
	thief.want("on another device", prove(thief, "mei@example.org", code), http.StatusUnprocessableEntity, "account.code_wrong")
	granted, others := atOnce(6, func(int) refusal { return prove(mei, "mei@example.org", code) })
	if granted != 1 || others["account.code_wrong"]+others["account.code_tries_used"] != 5 {
		t.Errorf("of six with one code at once %d sign in, the others are told %v", granted, others)
	}
	if got := prove(mei, "mei@example.org", code); got.status < 400 {
		t.Errorf("a code is good twice: %+v", got)
	}

	// Whether somebody has an account by an address cannot be told, but by its owner.
	known := thief.says("POST", viewerAPI+"/codes", text(address("mei@example.org")), nil)
	unknown := thief.says("POST", viewerAPI+"/codes", text(address("nobody@example.org")), nil)
	if known.status != http.StatusAccepted || known.status != unknown.status || strip(known.body) != strip(unknown.body) {
		t.Errorf("who has an account can be told: %+v, %+v", known, unknown)
	}
	right := n.mailed(t, "mei@example.org", 2)
	var last refusal
	for i := range 6 {
		wrong := fmt.Sprintf("%06d", i)
		if wrong == right {
			continue
		}
		last = prove(thief, "mei@example.org", wrong)
		if i < 5 {
			thief.want("a guess", last, http.StatusUnprocessableEntity, "account.code_wrong")
		}
	}
	thief.want("the sixth guess", last, http.StatusTooManyRequests, "account.code_tries_used")
	thief.want("the right one after it", prove(thief, "mei@example.org", right), http.StatusTooManyRequests, "account.code_tries_used")

	// Nobody who guesses keeps the owner out: their own device has a code of its own.
	owner := &viewer{client: browser(t, n)}
	owner.call("POST", viewerAPI+"/sessions", map[string]any{}, owner)
	var asked struct{ Proof, Would string }
	owner.call("POST", viewerAPI+"/sign-in", map[string]any{"channel": "email", "to": "mei@example.org", "code": send(owner, "mei@example.org", 3)}, &asked)
	if asked.Would != "merge" {
		t.Fatalf("the owner on a second screen is asked %+v", asked)
	}
	lin.want("another's proof", lin.says("POST", viewerAPI+"/sign-in/join", text(map[string]string{"proof": asked.Proof}), nil), http.StatusConflict, "account.proof_ended")
	granted, others = atOnce(6, func(int) refusal {
		return owner.says("POST", viewerAPI+"/sign-in/join", text(map[string]string{"proof": asked.Proof}), nil)
	})
	if granted != 1 || others["account.proof_ended"]+others["account.session_ended"] != 5 {
		t.Errorf("of six words at once %d count, the others are told %v", granted, others)
	}
	var me struct {
		Account string `json:"account_id"`
	}
	if owner.call("GET", viewerAPI+"/me", nil, &me); me.Account != mei.Account {
		t.Errorf("the second screen is of %s, want %s", me.Account, mei.Account)
	}
}

func claimsAreTheMakers(t *testing.T, n *node, maker ed25519.PrivateKey) {
	v := firstLaunch(t, n)
	_, foreign, _ := ed25519.GenerateKey(nil)
	sign := func(key ed25519.PrivateKey, band string, until time.Time, device string) string {
		text := fmt.Sprintf("v1;band=%s;exp=%d;device=%s", band, until.Unix(), device)
		return text + ";sig=" + base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, []byte(text)))
	}
	mode := func(claim string) (out struct{ On bool }) {
		t.Helper()
		header := map[string]string{}
		if claim != "" {
			header["X-Device-Minor"] = claim
		}
		got := v.says("GET", viewerAPI+"/youth", "", header)
		if got.status != http.StatusOK || json.Unmarshal([]byte(got.body), &out) != nil {
			t.Fatalf("a claim holds up a request: %+v", got)
		}
		return out
	}
	soon := time.Now().Add(5 * time.Minute)
	on := sign(maker, "8-12", soon, v.Device)
	for name, claim := range map[string]string{
		"another maker's":    sign(foreign, "8-12", soon, v.Device),
		"changed on the way": strings.Replace(on, "8-12", "0-3", 1),
		"expired":            sign(maker, "8-12", time.Now().Add(-time.Minute), v.Device),
		"good for an hour":   sign(maker, "8-12", time.Now().Add(time.Hour), v.Device),
		"another device's":   sign(maker, "8-12", soon, "dev_another"),
		"unsigned":           "v1;band=8-12;exp=99999999999;device=*;sig=",
		"nonsense":           strings.Repeat(";sig=", 90),
	} {
		if mode(claim).On {
			t.Errorf("a claim that is %s is believed", name)
		}
	}
	if !mode(on).On {
		t.Fatal("the maker is not believed")
	}
	off := sign(maker, "off", soon.Add(time.Second), v.Device)
	if mode(off).On {
		t.Fatal("the maker does not end what it began")
	}
	if mode(on).On {
		t.Error("a claim that was ended is believed again")
	}
	if !mode(sign(maker, "8-12", soon.Add(2*time.Second), v.Device)).On || !mode(off).On {
		t.Error("an end that was used is believed again")
	}
	v.want("an account in minors' mode", v.says("POST", viewerAPI+"/me/erase", `{"confirm":"erase"}`, nil), http.StatusForbidden, "account.minor_blocked")
}

func guessingAPINIsSlow(t *testing.T, n *node) {
	v, other := firstLaunch(t, n), firstLaunch(t, n)
	for _, who := range []*viewer{v, other} {
		who.call("POST", viewerAPI+"/youth/on", map[string]string{"band": "8-12", "pin": "4711"}, nil)
	}
	off := func(who *viewer, pin string) refusal {
		return who.says("POST", viewerAPI+"/youth/off", text(map[string]string{"pin": pin}), nil)
	}
	granted, others := atOnce(16, func(i int) refusal { return off(v, fmt.Sprintf("%04d", i)) })
	if granted != 0 || others["youth.pin_wrong"] > 4 || others["youth.pin_throttled"] < 12 {
		t.Errorf("of sixteen guesses at once the answers are %d, %v", granted, others)
	}
	told := off(v, "4711")
	v.want("the right one among guesses", told, http.StatusTooManyRequests, "youth.pin_throttled")
	if told.wait == "" {
		t.Error("nobody says how long to wait")
	}
	for _, bad := range []string{"", "47111111", "４７１１", "4711\x00"} {
		if got := off(other, bad); got.status < 400 || got.status >= 500 {
			t.Errorf("the PIN %q: %+v", bad, got)
		}
	}
	until(t, "another account to be let out by its PIN", func() bool {
		got := off(other, "4711")
		return got.status == http.StatusOK || got.status == http.StatusNoContent
	})
}

func aSilentTelevisionHoldsUpNobody(t *testing.T, n *node, episode string) {
	v := firstLaunch(t, n)
	var link struct{ Code string }
	v.call("POST", viewerAPI+"/device-links", map[string]any{}, &link)
	tv := &viewer{client: browser(t, n)}
	tv.call("POST", viewerAPI+"/sessions/link", map[string]any{"code": link.Code, "device": map[string]any{"name": "TV", "form": "tv"}}, tv)
	listen(tv.client, viewerAPI+"/live") // it hears, and says nothing
	asked := make(chan refusal, 1)
	go func() {
		asked <- v.says("POST", viewerAPI+"/players/"+tv.Device+"/commands", text(map[string]any{"kind": "play", "episode_id": episode, "position_ms": 0}), nil)
	}()
	v.report(episode, time.Second, "start", 1)
	if g := v.grant(episode); g.PositionMS != 1000 {
		t.Errorf("meanwhile the phone is at %d ms", g.PositionMS)
	}
	got := <-asked
	v.want("a television that never answers", got, http.StatusServiceUnavailable, "playback.device_silent")
	stranger := firstLaunch(t, n)
	stranger.want("another's television", stranger.says("POST", viewerAPI+"/players/"+tv.Device+"/commands", `{"kind":"pause"}`, nil), http.StatusNotFound, "playback.device_unknown")
	// Nobody answers for a television but itself.
	stranger.says("PUT", viewerAPI+"/players/current", `{"state":"playing","answers":"cmd_00000000000000000000000000"}`, nil)
}

func otherSitesDoNothingHere(t *testing.T, n *node) {
	v := firstLaunch(t, n)
	for name, header := range map[string]map[string]string{
		"its origin":        {"Origin": "https://elsewhere.example"},
		"what browsers say": {"Sec-Fetch-Site": "cross-site"},
		"no origin at all":  {"Origin": "null"},
	} {
		for _, path := range []string{"/me/erase", "/sessions", "/device-links", "/youth/on", "/sign-in/join"} {
			v.want(name, v.says("POST", viewerAPI+path, `{}`, header), http.StatusForbidden, "httpx.cross_origin")
		}
	}
	v.call("GET", viewerAPI+"/me", nil, nil)
}
