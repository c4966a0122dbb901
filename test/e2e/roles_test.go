package e2e

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Who may use which route of the console. "" is somebody who works here and has
// no role.
var (
	everybody  = []string{"nobody", "", "admin", "operator", "producer", "reviewer", "editor", "minors_officer", "filing_officer", "duty", "regulator"}
	anyStaff   = everybody[1:]
	admins     = []string{"admin"}
	operators  = []string{"operator"}
	makers     = []string{"operator", "producer"}
	judges     = []string{"operator", "reviewer"}
	desk       = []string{"operator", "reviewer", "editor", "minors_officer", "filing_officer"}
	deskMakers = append([]string{"producer"}, desk...)
	watchers   = []string{"operator", "regulator"}
	consoleWho = map[string][]string{
		"setup-needed": everybody, "set-up": everybody, "sign-in": everybody, "choose-password": everybody,
		"begin-staff-passkey-sign-in": everybody, "staff-passkey-sign-in": everybody,
		"staff-provider": everybody, "begin-staff-provider-sign-in": everybody, "finish-staff-provider": everybody,

		"myself": anyStaff, "change-password": anyStaff, "sign-out": anyStaff, "my-sessions": anyStaff, "end-my-session": anyStaff, "end-my-other-sessions": anyStaff,
		"staff-passkeys": anyStaff, "begin-staff-passkey": anyStaff, "add-staff-passkey": anyStaff, "rename-staff-passkey": anyStaff, "remove-staff-passkey": anyStaff,
		"staff-identities": anyStaff, "begin-staff-identity": anyStaff, "remove-staff-identity": anyStaff,

		"console-live": anyStaff, "inbox": anyStaff, "inbox-count": anyStaff, "inbox-mail": anyStaff, "set-inbox-mail": anyStaff,
		"read-inbox-item": anyStaff, "finish-inbox-item": anyStaff, "reopen-inbox-item": anyStaff,

		"organisations": admins, "found-organisation": admins, "staff": admins, "hire": admins, "reassign": admins, "new-password-link": admins, "sign-out-staff": admins,
		"list-grants": admins, "approve-grant": admins, "end-grant": admins, "staff-log": admins,

		"log-state": watchers, "log-entries": watchers, "log-proof": watchers,

		"list-dead-letters": operators, "redeliver": operators, "rotate-media-keys": operators, "system": operators, "console-put-drama-minors": operators,

		"list-markets": judges, "show-market": judges, "classify-drama": judges, "diff-pack": judges, "confirm-pack": judges,
		"propose-pack": operators, "withdraw-pack": operators,

		"list-reviews": desk, "answer-finding": desk, "list-findings": deskMakers, "beat-review": desk, "mark-review": desk, "declare-interest": desk, "show-review": deskMakers, "decide-review": deskMakers,
		"open-reviewed-episode": deskMakers, "list-reviews-of-drama": deskMakers, "submit-for-review": makers,

		"list-assets": makers, "list-dramas": makers, "list-uses": makers, "list-uploads": makers, "show-asset": makers,
		"make-asset-av1": makers, "cancel-asset": makers, "preview-asset": makers, "retry-asset": makers, "delete-asset": makers, "drama-dossier": makers,
		"export-drama": makers, "delete-drama": makers, "edit-drama": makers, "publish-drama": makers, "ready-drama": makers, "reopen-drama": makers,
		"withdraw-drama": makers, "add-episode": makers, "put-poster": makers, "remove-poster": makers, "put-poster-in-language": makers,
		"remove-poster-in-language": makers, "edit-episode": makers, "remove-episode": makers, "show-subtitles": makers, "put-subtitles": makers,
		"remove-subtitles": makers, "console-drama-minors": makers, "console-genres": makers, "create-drama": makers,
	}
)

// recruit makes somebody with one role, or with none, and signs them in.
func recruit(t *testing.T, admin *producer, org, name string, roles ...string) *client {
	t.Helper()
	c := browser(t, admin.node)
	var hired struct {
		PasswordLink string `json:"password_link"`
	}
	admin.call("POST", consoleAPI+"/staff", map[string]any{
		"name": name, "email": name + "@example.org", "roles": roles, "organisation_id": org, "reason": "is needed",
	}, &hired)
	_, token, _ := strings.Cut(hired.PasswordLink, "#")
	c.call("POST", consoleAPI+"/password", map[string]string{"token": token, "new": "paper-lantern-" + name}, nil)
	return c
}

// Every route of the console lets in whom it is for, and nobody else.
func TestEveryRouteOfTheConsoleAsksForItsRole(t *testing.T) {
	t.Parallel()
	n := start(t, "--data="+filepath.Join(t.TempDir(), "data"))
	house := setUp(t, n)
	var me struct{ Organisation struct{ ID string } }
	house.call("GET", consoleAPI+"/me", nil, &me)
	people := map[string]*client{"nobody": browser(t, n)}
	for _, role := range []string{"producer", "reviewer", "editor", "minors_officer", "filing_officer", "duty", "regulator", "operator", "admin"} { // with the second administrator roles take two
		people[role] = recruit(t, house, me.Organisation.ID, role, role)
	}
	people[""] = recruit(t, house, me.Organisation.ID, "newcomer", "producer")

	routes := n.consoleRoutes()
	slices.SortFunc(routes, func(a, b route) int { // what ends the session comes last
		return strings.Compare(a.method+a.id, b.method+b.id)
	})
	last := slices.IndexFunc(routes, func(r route) bool { return r.id == "sign-out" })
	routes = append(slices.Delete(slices.Clone(routes), last, last+1), routes[last])
	seen := map[string]bool{}
	for _, r := range routes {
		allowed, known := consoleWho[r.id]
		if seen[r.id] = true; !known {
			t.Errorf("%s is new: say above whom it is for", r.id)
			continue
		}
		for who, c := range people {
			may := slices.Contains(allowed, who)
			if r.id == "console-live" && may {
				continue // it would not end
			}
			path := strings.NewReplacer("{id}", "x", "{seq}", "0", "{shape}", "portrait", "{lang}", "en").Replace(r.path)
			a, err := c.do(r.method, consoleAPI+path, nil, nil)
			if err != nil {
				t.Fatal(r.id, err)
			}
			refused := strings.Contains(string(a.body), `"httpx.forbidden"`) && a.status == http.StatusForbidden ||
				strings.Contains(string(a.body), `"httpx.sign_in_required"`) && a.status == http.StatusUnauthorized
			if refused == may {
				t.Errorf("%s as %q: %d %s", r.id, who, a.status, a.body)
			}
		}
	}
	for id := range consoleWho {
		if !seen[id] {
			t.Errorf("there is no route %s any more", id)
		}
	}
}
