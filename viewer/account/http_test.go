package account

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"cliffhanger/internal/kernel/actor"
)

const phoneJSON = `{"name":"Mei's phone","model":"X1","form":"phone","codecs":["avc1.640028"],"hdr":true,"width":1080,"height":2400}`

func TestViewerHTTP(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t)
		b.Do("GET", "/api/v1/me", "")
		b.Do("POST", "/api/v1/sessions", `{"locale":"en","device":`+phoneJSON+`}`)
		b.Do("POST", "/api/v1/sessions", `{"locale":"en","device":`+phoneJSON+`,"bearer":true}`)
		b.Do("GET", "/api/v1/me", "")
		b.Do("PATCH", "/api/v1/me", `{"profile_name":"小梅","locale":"zh-CN"}`)
		code := b.Do("POST", "/api/v1/device-links", "")["code"].(string)
		cookies := b.Cookies
		b.Cookies = map[string]string{} // the television
		b.Do("POST", "/api/v1/sessions/link", `{"code":"22222222","device":{"model":"TV","form":"tv"}}`)
		b.Do("POST", "/api/v1/sessions/link", `{"code":"not a code"}`)
		token := b.Do("POST", "/api/v1/sessions/link", fmt.Sprintf(`{"code":%q,"device":{"model":"TV","form":"tv"},"bearer":true}`, code))["token"].(string)
		b.Do("GET", "/api/v1/me", "", "Authorization", "Bearer "+token)
		b.Do("DELETE", "/api/v1/sessions/current", "", "Authorization", "Bearer "+token)
		b.Do("GET", "/api/v1/me", "", "Authorization", "Bearer "+token)
		b.Cookies = cookies
		b.Do("DELETE", "/api/v1/sessions/current", "")
		b.Cookies = map[string]string{"ch_viewer": "stale"}
		b.Do("POST", "/api/v1/sessions", `{"device":{}}`)
		b.Do("POST", "/api/v1/sessions", `{"device":{"form":"fridge"}}`)
		b.Do("POST", "/api/v1/sessions", `{"device":{"codecs":["a b"]}}`)
		b.Do("POST", "/api/v1/sessions", `{"account_id":"acc_mine"}`)
		b.Golden("viewer.txt")
	})
}

func TestConsoleHTTP(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token, _, err := h.SetupLink(t.Context())
		must(t, err)
		b := h.browser(t)
		b.Do("GET", "/api/console/v1/setup", "")
		founding := `{"token":%q,"organisation":"Lantern","name":"Op","email":"op@example.com","password":"a lantern in the rain"}`
		b.Do("POST", "/api/console/v1/setup", fmt.Sprintf(founding, "wrong"))
		b.Do("POST", "/api/console/v1/setup", fmt.Sprintf(founding, token))
		b.Do("GET", "/api/console/v1/setup", "")
		b.Do("GET", "/api/console/v1/me", "")
		org := b.Do("POST", "/api/console/v1/organisations", `{"name":"Moon Pictures","kind":"producer"}`)["id"].(string)
		b.Do("POST", "/api/console/v1/organisations", `{"name":"moon pictures","kind":"producer"}`)
		b.Do("GET", "/api/console/v1/organisations", "")
		hired := b.Do("POST", "/api/console/v1/staff", `{"name":"Lin","email":"lin@example.com","roles":["producer"],"organisation_id":"`+org+`"}`)
		b.Do("POST", "/api/console/v1/staff", `{"name":"","email":"lin","roles":["root"],"organisation_id":"`+org+`"}`)
		b.Do("GET", "/api/console/v1/staff?limit=1", "")
		me := b.Do("GET", "/api/console/v1/me", "")
		b.Do("PATCH", "/api/console/v1/staff/"+me["id"].(string), `{"active":false}`)
		b.Do("PATCH", "/api/console/v1/staff/nobody", `{"active":false}`)
		b.Do("POST", "/api/console/v1/staff/"+hired["id"].(string)+"/password-link", "")
		b.Do("GET", "/api/console/v1/grants", "")
		b.Do("GET", "/api/console/v1/staff-log?limit=1", "")
		b.Do("POST", "/api/console/v1/grants/nothing/approval", "")
		b.Do("POST", "/api/console/v1/me/password", `{"current":"wrong","new":"a lantern in the snow"}`)
		b.Do("POST", "/api/console/v1/me/password", `{"current":"a lantern in the rain","new":"a lantern in the snow"}`)
		b.Do("DELETE", "/api/console/v1/sessions/current", "")
		b.Do("GET", "/api/console/v1/me", "")
		b.Do("POST", "/api/console/v1/sessions", `{"email":"op@example.com","password":"a lantern in the rain"}`)
		b.Do("POST", "/api/console/v1/sessions", `{"email":"op@example.com","password":"a lantern in the snow"}`)
		b.Do("POST", "/api/console/v1/sessions", `{"email":"op@example.com","password":"a lantern in the snow"}`, "User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0.0.0 Safari/537.36")
		list := b.Do("GET", "/api/console/v1/me/sessions", "")["sessions"].([]any)
		here, there := list[0].(map[string]any)["id"].(string), list[1].(map[string]any)["id"].(string)
		b.Do("DELETE", "/api/console/v1/me/sessions/"+here, "")
		b.Do("DELETE", "/api/console/v1/me/sessions/"+there, "")
		b.Do("DELETE", "/api/console/v1/me/sessions/nothing", "")
		b.Do("DELETE", "/api/console/v1/me/sessions", "")
		b.Do("POST", "/api/console/v1/staff/nobody/sign-out", "")
		b.Do("POST", "/api/console/v1/staff/"+hired["id"].(string)+"/sign-out", "")
		b.Do("GET", "/api/console/v1/staff-log?limit=1", "")
		b.Do("POST", "/api/console/v1/staff/"+me["id"].(string)+"/sign-out", "")
		b.Do("GET", "/api/console/v1/me", "")
		b.Golden("console.txt")
	})
}

// The two realms open nothing of each other, and producers nothing of operators.
func TestRealmsStayApart(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, viewer := h.enter(t)
		h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
		_, staff := h.signIn(t, "lin@example.com")
		status := func(cookie, token, method, path, bearer string) int {
			b := h.browser(t)
			b.Cookies[cookie] = token
			var header []string
			if bearer != "" {
				header = []string{"Authorization", "Bearer " + bearer}
			}
			b.Do(method, path, "", header...)
			var got int
			fmt.Sscan(strings.SplitN(b.Text(), "\n", 3)[1], &got)
			return got
		}
		for _, c := range []struct {
			cookie, token, method, path, bearer string
			want                                int
		}{
			{"ch_viewer", viewer, "GET", "/api/v1/me", "", 200},
			{"ch_staff", staff, "GET", "/api/console/v1/me", "", 200},
			{"ch_viewer", viewer, "GET", "/api/console/v1/me", "", 401},
			{"ch_staff", viewer, "GET", "/api/console/v1/me", "", 401},
			{"ch_staff", staff, "GET", "/api/v1/me", "", 401},
			{"ch_viewer", staff, "GET", "/api/v1/me", "", 401},
			{"", "", "GET", "/api/v1/me", staff, 401},
			{"", "", "GET", "/api/console/v1/me", viewer, 401},
			{"ch_viewer", viewer, "GET", "/api/v1/me", "wrong", 401},
			{"ch_staff", staff, "GET", "/api/console/v1/staff", "", 403},
			{"ch_staff", staff, "GET", "/api/console/v1/organisations", "", 403},
			{"ch_viewer", viewer, "GET", "/api/console/v1/staff", "", 401},
		} {
			if got := status(c.cookie, c.token, c.method, c.path, c.bearer); got != c.want {
				t.Errorf("%s %s with %s: %d, want %d", c.method, c.path, c.cookie, got, c.want)
			}
		}
	})
}

func TestCookiesAreSecureUnderTLS(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.hire(t, "lin@example.com", ProducerOrg, actor.Producer)
		b := h.browser(t)
		b.Do("POST", "https://watch.example/api/v1/sessions", `{}`)
		b.Do("POST", "https://watch.example/api/console/v1/sessions", fmt.Sprintf(`{"email":"lin@example.com","password":%q}`, goodPassword))
		cookies := 0
		for line := range strings.Lines(b.Text()) {
			if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "Set-Cookie: "); ok {
				c, err := http.ParseSetCookie(rest)
				must(t, err)
				if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || len(c.Value) != tokenLen {
					t.Error(rest)
				}
				cookies++
			}
		}
		if cookies != 2 {
			t.Error(b.Text())
		}
	})
}

func TestRoutesAreLimitedPerAddress(t *testing.T) {
	t.Parallel()
	limited := func(n int, method, path, body string) {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, sqlite(t))
			b := h.browser(t)
			for range n {
				b.Do(method, path, body)
			}
			if strings.Contains(b.Text(), "httpx.rate_limited") {
				t.Error("limited too early")
			}
			b.Cookies = map[string]string{}
			if got := b.Do(method, path, body)["code"]; got != "httpx.rate_limited" {
				t.Error(got)
			}
		})
	}
	limited(10, "POST", "/api/v1/sessions/link", `{"code":"22222222"}`)
	limited(Default().NewAccountsPerMinute, "POST", "/api/v1/sessions", `{}`)
	limited(60, "POST", "/api/console/v1/password", `{"token":"x","new":"y"}`)
}
