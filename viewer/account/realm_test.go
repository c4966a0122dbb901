package account

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/testkit/script"
)

// What is promised of those who work here, through HTTP.

const consoleAPI = "/api/console/v1"

// desk is somebody at the console.
type desk struct {
	*script.Browser
	t  *testing.T
	id string
}

// call sends a request that must be refused with the code, or with "" be answered.
func (d *desk) call(method, path, body, code string, header ...string) map[string]any {
	d.t.Helper()
	answer := d.Do(method, consoleAPI+path, body, header...)
	if got, _ := answer["code"].(string); got != code {
		d.t.Fatalf("%s %s %s: got %q, want %q", method, path, body, got, code)
	}
	return answer
}

// enter signs in, with a password or the link in an answer.
func (h *house) enterDesk(t *testing.T, email string, link any) *desk {
	t.Helper()
	d := &desk{Browser: h.browser(t), t: t}
	if link == nil {
		d.call("POST", "/sessions", fmt.Sprintf(`{"email":%q,"password":%q}`, email, goodPassword), "")
	} else {
		_, token, _ := strings.Cut(link.(string), "#")
		d.call("POST", "/password", fmt.Sprintf(`{"token":%q,"new":%q}`, token, goodPassword), "")
	}
	d.id = d.call("GET", "/me", "", "")["id"].(string)
	return d
}

// roles are those of whoever sits there, now.
func (d *desk) roles() string {
	d.t.Helper()
	return rolesIn(d.call("GET", "/me", "", ""))
}

func rolesIn(answer map[string]any) string {
	var out []string
	for _, r := range answer["roles"].([]any) {
		out = append(out, r.(string))
	}
	return strings.Join(out, " ")
}

func grantOfAnswer(answer map[string]any) string {
	return answer["grant"].(map[string]any)["id"].(string)
}

// Roles are duties: the only administrator gives them alone, of two one asks and
// the other agrees, and nobody who gives roles judges.
func TestRolesTakeTwoOnceThereAreTwo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		org := h.hire(t, "ada@example.com", OperatorOrg, "admin").Org.ID
		ada := h.enterDesk(t, "ada@example.com", nil)
		hire := func(name, roles, more, code string) map[string]any {
			t.Helper()
			return ada.call("POST", "/staff", fmt.Sprintf(`{"name":%q,"email":"%s@example.com","roles":[%s],"organisation_id":%q%s}`, name, name, roles, org, more), code)
		}
		hire("Both", `"admin","reviewer"`, "", "account.duties_apart")
		lin := hire("lin", `"producer"`, "", "")
		judge := hire("judge", `"reviewer"`, "", "")
		bo := hire("bo", `"admin"`, "", "")
		if rolesIn(bo) != "admin" || bo["grant"] != nil {
			t.Fatal("the only administrator gives roles alone:", bo)
		}
		ada.call("PATCH", "/staff/"+judge["id"].(string), `{"roles":["reviewer","admin"]}`, "account.duties_apart")
		ada.call("PATCH", "/staff/"+ada.id, `{"roles":["reviewer","admin"]}`, "account.duties_apart")
		boDesk, linDesk := h.enterDesk(t, "", bo["password_link"]), h.enterDesk(t, "", lin["password_link"])

		// From here on there are two.
		more := `{"roles":["operator","producer"]%s}`
		linAt, why := "/staff/"+linDesk.id, `,"reason":"runs the night shift"`
		ada.call("PATCH", linAt, fmt.Sprintf(more, ""), "account.grant_reason_missing")
		asked := ada.call("PATCH", linAt, fmt.Sprintf(more, why), "")
		if rolesIn(asked) != "producer" || linDesk.roles() != "producer" {
			t.Fatal("one word was enough:", asked)
		}
		approval := "/grants/" + grantOfAnswer(asked) + "/approval"
		ada.call("POST", approval, "", "account.grant_own")
		linDesk.call("POST", approval, "", "httpx.forbidden")
		waiting := boDesk.call("GET", "/grants", "", "")["grants"].([]any)[0].(map[string]any)
		if missing := waiting["missing"].([]any); len(missing) != 1 || missing[0].(map[string]any)["id"] != boDesk.id || waiting["reason"] != "runs the night shift" {
			t.Error(waiting)
		}
		boDesk.call("POST", approval, "", "")
		boDesk.call("POST", approval, "", "account.grant_decided")
		if linDesk.roles() != "operator producer" {
			t.Error(linDesk.roles())
		}
		// Taking away takes one; giving back takes two again, and can be refused.
		boDesk.call("PATCH", linAt, `{"roles":["producer"]}`, "")
		if linDesk.roles() != "producer" {
			t.Error(linDesk.roles())
		}
		asked = ada.call("PATCH", linAt, fmt.Sprintf(more, why), "")
		boDesk.call("DELETE", "/grants/"+grantOfAnswer(asked), "", "")
		boDesk.call("POST", "/grants/"+grantOfAnswer(asked)+"/approval", "", "account.grant_decided")

		// Of two requests that do not go together the second to be approved is refused.
		jun := hire("jun", `"reviewer"`, why, "")
		junDesk := h.enterDesk(t, "", jun["password_link"])
		if rolesIn(jun) != "" || junDesk.roles() != "" {
			t.Error("somebody new has roles nobody agreed to:", jun)
		}
		second := ada.call("PATCH", "/staff/"+junDesk.id, `{"roles":["admin"]`+why+`}`, "")
		boDesk.call("POST", "/grants/"+grantOfAnswer(jun)+"/approval", "", "")
		boDesk.call("POST", "/grants/"+grantOfAnswer(second)+"/approval", "", "account.duties_apart")
		if junDesk.roles() != "reviewer" {
			t.Error(junDesk.roles())
		}
		// Whoever is away comes back by two as well.
		boDesk.call("PATCH", linAt, `{"active":false}`, "")
		linDesk.call("GET", "/me", "", "account.session_ended")
		back := ada.call("PATCH", linAt, `{"active":true`+why+`}`, "")
		if back["active"] != false {
			t.Error(back)
		}
		boDesk.call("POST", "/grants/"+grantOfAnswer(back)+"/approval", "", "")
		h.enterDesk(t, "lin@example.com", nil)
	})
}

// One administrator does not decide for two by choosing the other's password.
func TestNoAdministratorMakesAnotherALink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		org := h.hire(t, "ada@example.com", OperatorOrg, "admin").Org.ID
		ada := h.enterDesk(t, "ada@example.com", nil)
		bo := ada.call("POST", "/staff", fmt.Sprintf(`{"name":"Bo","email":"bo@example.com","roles":["admin"],"organisation_id":%q}`, org), "")
		at := "/staff/" + bo["id"].(string) + "/password-link"
		link := ada.call("POST", at, "", "")["password_link"] // the first one was lost
		boDesk := h.enterDesk(t, "", link)
		ada.call("POST", at, "", "account.link_of_admin")
		h.enterDesk(t, "bo@example.com", nil) // whose password holds
		lin := h.hire(t, "lin@example.com", OperatorOrg, "operator")
		h.enterDesk(t, "", boDesk.call("POST", "/staff/"+string(lin.ID)+"/password-link", "", "")["password_link"])

		var said []string
		for _, e := range ada.call("GET", "/staff-log", "", "")["items"].([]any) {
			if e := e.(map[string]any); e["act"] == "link_made" {
				said = append(said, e["by"].(map[string]any)["id"].(string)+" for "+e["for"].(map[string]any)["id"].(string))
			}
		}
		if want := []string{boDesk.id + " for " + string(lin.ID), ada.id + " for " + boDesk.id}; !slices.Equal(said, want) {
			t.Errorf("the log: %q, want %q", said, want)
		}
	})
}

// Guesses are slowed down wherever a password is asked for, and whatever address a
// client says it has; a stranger is refused like somebody who is known.
func TestGuessesAreSlowedThroughHTTP(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, name := range []string{"lin", "mo"} {
			h.hire(t, name+"@example.com", OperatorOrg, "operator")
		}
		mo := h.enterDesk(t, "mo@example.com", nil)
		stranger := &desk{Browser: h.browser(t), t: t}
		try := func(email, password, code string, header ...string) {
			t.Helper()
			stranger.call("POST", "/sessions", fmt.Sprintf(`{"email":%q,"password":%q}`, email, password), code, header...)
		}
		for i := range guessPace.Free {
			try("lin@example.com", "wrong", "account.credentials_wrong", "X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i))
			try("nobody@example.com", "wrong", "account.credentials_wrong")
		}
		try("lin@example.com", goodPassword, "account.sign_in_throttled")
		if !strings.Contains(stranger.Text(), "429\nRetry-After: 1\n") {
			t.Error(stranger.Text())
		}
		try("lin@example.com", goodPassword, "account.sign_in_throttled", "X-Forwarded-For", "198.51.100.200")
		try("nobody@example.com", "wrong", "account.sign_in_throttled")
		h.clock.Advance(time.Second)
		try("lin@example.com", goodPassword, "")

		change := fmt.Sprintf(`{"current":%%q,"new":%q}`, goodPassword+"s")
		for range guessPace.Free {
			mo.call("POST", "/me/password", fmt.Sprintf(change, "wrong"), "account.password_wrong")
		}
		mo.call("POST", "/me/password", fmt.Sprintf(change, goodPassword), "account.sign_in_throttled")
		h.clock.Advance(time.Second)
		mo.call("POST", "/me/password", fmt.Sprintf(change, goodPassword), "")
	})
}

// Whoever is signed out everywhere is refused everywhere, at once, and may come back.
func TestSigningOutEverywhereThroughHTTP(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.hire(t, "ada@example.com", OperatorOrg, "admin")
		h.hire(t, "lin@example.com", OperatorOrg, "operator")
		ada := h.enterDesk(t, "ada@example.com", nil)
		desks := func() (all []*desk) {
			for range 3 {
				all = append(all, h.enterDesk(t, "lin@example.com", nil))
			}
			return all
		}
		all := desks()
		all[0].call("POST", "/staff/"+all[0].id+"/sign-out", "", "httpx.forbidden")
		list := all[0].call("GET", "/me/sessions", "", "")["sessions"].([]any)
		if len(list) != 3 || list[0].(map[string]any)["current"] != true {
			t.Fatal(list)
		}
		all[0].call("DELETE", "/me/sessions", "", "")
		all[0].call("GET", "/me", "", "")
		for _, d := range all[1:] {
			d.call("GET", "/me", "", "account.session_ended")
		}
		all = append(desks(), all[0])
		ada.call("POST", "/staff/"+all[0].id+"/sign-out", "", "")
		for _, d := range all {
			d.call("GET", "/me", "", "account.session_ended")
			d.call("GET", "/me/sessions", "", "account.session_ended")
		}
		h.enterDesk(t, "lin@example.com", nil)
		ada.call("GET", "/me", "", "")
	})
}
