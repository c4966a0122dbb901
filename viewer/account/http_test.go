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
		b.do("GET", "/api/v1/me", "")
		b.do("POST", "/api/v1/sessions", `{"locale":"en","device":`+phoneJSON+`}`)
		b.do("POST", "/api/v1/sessions", `{"locale":"en","device":`+phoneJSON+`,"bearer":true}`)
		b.do("GET", "/api/v1/me", "")
		b.do("PATCH", "/api/v1/me", `{"profile_name":"小梅","locale":"zh-CN"}`)
		code := b.do("POST", "/api/v1/device-links", "")["code"].(string)
		cookies := b.cookies
		b.cookies = map[string]string{} // the television
		b.do("POST", "/api/v1/sessions/link", `{"code":"22222222","device":{"model":"TV","form":"tv"}}`)
		b.do("POST", "/api/v1/sessions/link", `{"code":"not a code"}`)
		token := b.do("POST", "/api/v1/sessions/link", fmt.Sprintf(`{"code":%q,"device":{"model":"TV","form":"tv"},"bearer":true}`, code))["token"].(string)
		b.do("GET", "/api/v1/me", "", "Authorization", "Bearer "+token)
		b.do("DELETE", "/api/v1/sessions/current", "", "Authorization", "Bearer "+token)
		b.do("GET", "/api/v1/me", "", "Authorization", "Bearer "+token)
		b.cookies = cookies
		b.do("DELETE", "/api/v1/sessions/current", "")
		b.cookies = map[string]string{"ch_viewer": "stale"}
		b.do("POST", "/api/v1/sessions", `{"device":{}}`)
		b.do("POST", "/api/v1/sessions", `{"device":{"form":"fridge"}}`)
		b.do("POST", "/api/v1/sessions", `{"device":{"codecs":["a b"]}}`)
		b.do("POST", "/api/v1/sessions", `{"account_id":"acc_mine"}`)
		b.golden("viewer.txt")
	})
}

func TestConsoleHTTP(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token, _, err := h.SetupLink(t.Context())
		must(t, err)
		b := h.browser(t)
		b.do("GET", "/api/console/v1/setup", "")
		founding := `{"token":%q,"organisation":"Lantern","name":"Op","email":"op@example.com","password":"a lantern in the rain"}`
		b.do("POST", "/api/console/v1/setup", fmt.Sprintf(founding, "wrong"))
		b.do("POST", "/api/console/v1/setup", fmt.Sprintf(founding, token))
		b.do("GET", "/api/console/v1/setup", "")
		b.do("GET", "/api/console/v1/me", "")
		org := b.do("POST", "/api/console/v1/organisations", `{"name":"Moon Pictures","kind":"producer"}`)["id"].(string)
		b.do("POST", "/api/console/v1/organisations", `{"name":"moon pictures","kind":"producer"}`)
		b.do("GET", "/api/console/v1/organisations", "")
		hired := b.do("POST", "/api/console/v1/staff", `{"name":"Lin","email":"lin@example.com","roles":["producer"],"organisation_id":"`+org+`"}`)
		b.do("POST", "/api/console/v1/staff", `{"name":"","email":"lin","roles":["root"],"organisation_id":"`+org+`"}`)
		b.do("GET", "/api/console/v1/staff?limit=1", "")
		me := b.do("GET", "/api/console/v1/me", "")
		b.do("PATCH", "/api/console/v1/staff/"+me["id"].(string), `{"active":false}`)
		b.do("PATCH", "/api/console/v1/staff/nobody", `{"active":false}`)
		b.do("POST", "/api/console/v1/staff/"+hired["id"].(string)+"/password-link", "")
		b.do("POST", "/api/console/v1/me/password", `{"current":"wrong","new":"a lantern in the snow"}`)
		b.do("POST", "/api/console/v1/me/password", `{"current":"a lantern in the rain","new":"a lantern in the snow"}`)
		b.do("DELETE", "/api/console/v1/sessions/current", "")
		b.do("GET", "/api/console/v1/me", "")
		b.do("POST", "/api/console/v1/sessions", `{"email":"op@example.com","password":"a lantern in the rain"}`)
		b.do("POST", "/api/console/v1/sessions", `{"email":"op@example.com","password":"a lantern in the snow"}`)
		b.golden("console.txt")
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
			b.cookies[cookie] = token
			var header []string
			if bearer != "" {
				header = []string{"Authorization", "Bearer " + bearer}
			}
			b.do(method, path, "", header...)
			var got int
			fmt.Sscan(strings.SplitN(b.script.String(), "\n", 3)[1], &got)
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
		b.do("POST", "https://watch.example/api/v1/sessions", `{}`)
		b.do("POST", "https://watch.example/api/console/v1/sessions", fmt.Sprintf(`{"email":"lin@example.com","password":%q}`, goodPassword))
		cookies := 0
		for line := range strings.Lines(b.script.String()) {
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
			t.Error(b.script.String())
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
				b.do(method, path, body)
			}
			if strings.Contains(b.script.String(), "httpx.rate_limited") {
				t.Error("limited too early")
			}
			b.cookies = map[string]string{}
			if got := b.do(method, path, body)["code"]; got != "httpx.rate_limited" {
				t.Error(got)
			}
		})
	}
	limited(10, "POST", "/api/v1/sessions/link", `{"code":"22222222"}`)
	limited(Default().NewAccountsPerMinute, "POST", "/api/v1/sessions", `{}`)
	limited(60, "POST", "/api/console/v1/password", `{"token":"x","new":"y"}`)
}
