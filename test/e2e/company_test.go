package e2e

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// company is a producer's organisation, somebody who works there, and a drama
// with all that belongs to one.
type company struct {
	*producer
	org, staff, email string
	session           string // its identifier
	drama             drama
	title             string
	uploading         string // address of an unfinished upload
}

// found makes a company and gives its first person a password.
func found(t *testing.T, operator *producer, name string) *company {
	t.Helper()
	var made struct{ ID string }
	operator.call("POST", consoleAPI+"/organisations", map[string]string{"name": name + " Pictures", "kind": "producer"}, &made)
	return join(t, operator, made.ID, name)
}

// join gives a company another person, with a password.
func join(t *testing.T, operator *producer, org, name string) *company {
	t.Helper()
	c := &company{producer: &producer{browser(t, operator.node)}, org: org, email: strings.ToLower(name) + "@example.org", title: "Secrets of " + name}
	var hired struct {
		ID           string
		PasswordLink string `json:"password_link"`
	}
	operator.call("POST", consoleAPI+"/staff", map[string]any{"name": name, "email": c.email, "roles": []string{"producer"}, "organisation_id": c.org}, &hired)
	c.staff = hired.ID
	_, token, _ := strings.Cut(hired.PasswordLink, "#")
	c.call("POST", consoleAPI+"/password", map[string]string{"token": token, "new": "paper-lantern-" + name}, nil)
	var mine struct{ Sessions []struct{ ID string } }
	c.call("GET", consoleAPI+"/me/sessions", nil, &mine)
	c.session = mine.Sessions[0].ID
	return c
}

// work makes a drama with an episode, subtitles and an unfinished upload.
func (c *company) work() {
	c.t.Helper()
	d := c.draft(c.title)
	c.upload(clip(c.t, 2, int(c.org[len(c.org)-1])), d.ID, 1, 1, nil)
	c.drama = c.playable(d.ID, 1)
	a, err := c.do("PUT", consoleAPI+"/episodes/"+c.drama.Episodes[0].ID+"/subtitles/en", strings.NewReader("WEBVTT\n\n00:00.000 --> 00:01.000\nA secret.\n"),
		map[string]string{"Content-Type": "text/vtt"})
	if err != nil || a.status >= 300 {
		c.t.Fatalf("subtitles: %d %s %v", a.status, a.body, err)
	}
	name := base64.StdEncoding.EncodeToString([]byte(c.title + ".mp4"))
	if a, err = c.do("POST", consoleAPI+"/uploads/", nil, map[string]string{
		"Tus-Resumable": "1.0.0", "Upload-Length": "1000", "Upload-Metadata": "filename " + name}); err != nil || a.status != http.StatusCreated {
		c.t.Fatalf("upload: %d %s %v", a.status, a.body, err)
	}
	location := a.header.Get("Location")
	c.uploading = location[strings.Index(location, "/api/"):]
	c.drama = c.producer.drama(d.ID)
}

// secrets are what nobody of another company may ever read.
func (c *company) secrets() map[string]string {
	return map[string]string{"organisation": c.org, "person": c.staff, "session": c.session, "e-mail": c.email, "drama": c.drama.ID, "title": c.title,
		"episode": c.drama.Episodes[0].ID, "asset": c.drama.Episodes[0].Asset.ID, "upload": filepath.Base(c.uploading), "subtitles": "A secret."}
}

// What a route of the console answers somebody of another company.
const (
	theirs   = "theirs"   // lists and answers only what is their own
	hidden   = "hidden"   // another's things do not exist
	operator = "operator" // not for producers at all
	anybody  = "anybody"  // says nothing about anybody's work
)

// consoleRoutes says that for every route, with a body it would accept.
var consoleRoutes = map[string]struct {
	answer string
	body   func(mine, other *company) any
}{
	"list-assets":    {theirs, nil},
	"list-dramas":    {theirs, nil},
	"list-uses":      {theirs, nil},
	"list-uploads":   {theirs, nil},
	"myself":         {theirs, nil},
	"my-sessions":    {theirs, nil},
	"end-my-session": {hidden, nil},
	"console-live":   {theirs, nil},
	"show-asset":     {hidden, nil},
	"make-asset-av1": {hidden, nil},
	"cancel-asset":   {hidden, nil},
	"preview-asset":  {hidden, nil},
	"retry-asset":    {hidden, nil},
	"delete-asset":   {hidden, nil},
	"drama-dossier":  {hidden, nil},
	"export-drama":   {hidden, nil},
	"delete-drama":   {hidden, nil},
	"edit-drama":     {hidden, version},
	"publish-drama":  {hidden, version},
	"ready-drama":    {hidden, version},
	"reopen-drama":   {hidden, version},
	"withdraw-drama": {hidden, version},
	"add-episode":    {hidden, func(_, other *company) any { return map[string]any{"number": 2, "version": other.drama.Version} }},
	"put-poster":     {hidden, nil},
	"remove-poster":  {hidden, nil},

	"put-poster-in-language":    {hidden, nil},
	"remove-poster-in-language": {hidden, nil},

	"edit-episode":             {hidden, version},
	"remove-episode":           {hidden, nil},
	"show-subtitles":           {hidden, nil},
	"put-subtitles":            {hidden, nil},
	"remove-subtitles":         {hidden, nil},
	"console-drama-minors":     {hidden, nil},
	"console-put-drama-minors": {operator, func(_, _ *company) any { return map[string]any{"from_band": "8-12"} }},
	"list-dead-letters":        {operator, nil},
	"log-state":                {operator, nil},
	"log-entries":              {operator, nil},
	"log-proof":                {operator, nil},
	"redeliver":                {operator, nil},
	"rotate-media-keys":        {operator, nil},
	"organisations":            {operator, nil},
	"list-markets":             {operator, nil},
	"show-market":              {operator, nil},
	"classify-drama":           {operator, nil},
	"propose-pack":             {operator, nil},
	"diff-pack":                {operator, nil},
	"confirm-pack":             {operator, nil},
	"withdraw-pack":            {operator, nil},
	"list-reviews":             {operator, nil},
	"beat-review":              {operator, func(_, _ *company) any { return map[string]any{"sitting": "s", "episode": 1, "position_ms": 0} }},
	"mark-review": {operator, func(_, _ *company) any {
		return map[string]any{"episode": 1, "at_ms": 0, "code": "violence", "severity": "S2"}
	}},
	"declare-interest":      {operator, func(_, o *company) any { return map[string]any{"staff_id": o.staff, "org_id": o.org, "reason": "x"} }},
	"show-review":           {hidden, nil},
	"list-findings":         {hidden, nil},
	"answer-finding":        {operator, func(_, _ *company) any { return map[string]any{"answer": "dismissed", "reason": "x"} }},
	"decide-review":         {hidden, func(_, _ *company) any { return map[string]any{"verb": "withdraw", "acts": 1} }},
	"open-reviewed-episode": {hidden, func(_, _ *company) any { return map[string]any{"episode": 1} }},
	"list-reviews-of-drama": {theirs, nil},
	"submit-for-review":     {hidden, nil},
	"found-organisation":    {operator, func(_, _ *company) any { return map[string]string{"name": "X", "kind": "producer"} }},
	"staff":                 {operator, nil},
	"hire": {operator, func(_, o *company) any {
		return map[string]any{"name": "X", "email": "x@example.org", "roles": []string{"producer"}, "organisation_id": o.org}
	}},
	"reassign":          {operator, func(_, _ *company) any { return map[string]any{"active": false} }},
	"new-password-link": {operator, nil},
	"sign-out-staff":    {operator, nil},
	"list-grants":       {operator, nil},
	"approve-grant":     {operator, nil},
	"end-grant":         {operator, nil},
	"staff-log":         {operator, nil},
	"system":            {operator, nil},
	"console-genres":    {anybody, nil},
	"setup-needed":      {anybody, nil},
	"create-drama":      {anybody, func(_, _ *company) any { return map[string]any{"title": map[string]string{"en": "Mine"}} }},
	"change-password": {anybody, func(_, _ *company) any {
		return map[string]string{"current": "wrong-password", "new": "another-password"}
	}},
	"inbox":       {theirs, nil},
	"inbox-count": {theirs, nil},
	"inbox-mail":  {theirs, nil},
	"set-inbox-mail": {anybody, func(_, _ *company) any {
		return map[string]any{"urgent": "daily", "rest": "never", "hour": 9, "zone": "UTC", "locale": "en"}
	}},
	"read-inbox-item":             {hidden, nil},
	"finish-inbox-item":           {hidden, nil},
	"reopen-inbox-item":           {hidden, nil},
	"staff-passkeys":              {theirs, nil},
	"begin-staff-passkey":         {anybody, func(_, _ *company) any { return map[string]string{"current": "wrong-password"} }},
	"add-staff-passkey":           {anybody, func(_, _ *company) any { return map[string]any{"ceremony": "guess", "answer": nil, "name": "X"} }},
	"rename-staff-passkey":        {hidden, func(_, _ *company) any { return map[string]string{"name": "X"} }},
	"remove-staff-passkey":        {hidden, nil},
	"begin-staff-passkey-sign-in": {anybody, nil},
	"staff-passkey-sign-in":       {anybody, func(_, _ *company) any { return map[string]any{"ceremony": "guess", "answer": nil} }},

	"staff-provider":               {anybody, nil},
	"begin-staff-provider-sign-in": {anybody, nil},
	"finish-staff-provider":        {anybody, nil},
	"staff-identities":             {theirs, nil},
	"begin-staff-identity":         {anybody, func(_, _ *company) any { return map[string]string{"current": "wrong-password"} }},
	"remove-staff-identity":        {hidden, nil},

	"choose-password": {anybody, func(_, _ *company) any { return map[string]string{"token": "guess", "new": "another-password"} }},
	"sign-in":         {anybody, func(_, o *company) any { return map[string]string{"email": o.email, "password": "a-wrong-guess"} }},
	"set-up": {anybody, func(_, _ *company) any {
		return map[string]string{"token": "guess", "organisation": "X", "name": "X", "email": "x@example.org", "password": "another-password"}
	}},
	"sign-out":              {anybody, nil},
	"end-my-other-sessions": {anybody, nil},
}

func version(_, other *company) any { return map[string]any{"version": other.drama.Version} }

// Two companies work in one house. Whatever one of them asks the console, by
// any of its routes and with the other's own identifiers, it neither sees nor
// names the other's work, and changes none of it.
func TestOneCompanyDoesNotSeeAnothersWork(t *testing.T) {
	t.Parallel()
	n := start(t, "--data="+filepath.Join(t.TempDir(), "data"), "--edge.public-url=http://localhost") // where passkeys work
	house := setUp(t, n)
	lin, mo := found(t, house, "Lin"), found(t, house, "Mo")
	heard := mo.listen()
	lin.work()
	mo.work()
	for what, secret := range lin.secrets() { // or this test could not fail
		if what != "person" && what != "session" && what != "e-mail" && what != "organisation" && !strings.Contains(lin.readsAll(), secret) {
			t.Errorf("Lin does not find the %s of Lin's own", what)
		}
	}

	seen := map[string]bool{}
	var last []route // what ends the session comes last
	for _, r := range n.consoleRoutes() {
		seen[r.id] = true
		want, known := consoleRoutes[r.id]
		switch {
		case !known:
			t.Errorf("%s is new: say above what it answers another company", r.id)
		case r.id == "sign-out":
			last = append(last, r)
		case r.id != "console-live":
			mo.asks(r, lin, want.answer, want.body)
		}
	}
	for id := range consoleRoutes {
		if !seen[id] {
			t.Errorf("there is no route %s any more", id)
		}
	}
	mo.refused("POST", consoleAPI+"/dramas", map[string]any{"title": map[string]string{"en": "Theirs"}, "organisation_id": lin.org}, http.StatusNotFound, "catalogue.organisation_missing")
	mo.reads("GET", "/dramas?organisation_id="+lin.org, lin)
	mo.reads("GET", "/assets?drama="+lin.drama.ID, lin)
	mo.reads("GET", "/episodes?assets="+lin.drama.Episodes[0].Asset.ID, lin)
	mo.reads("GET", "/dramas?q=Secrets", lin)
	mo.takesForOwn(lin)
	for _, method := range []string{"HEAD", "PATCH", "DELETE"} {
		a, err := mo.do(method, lin.uploading, strings.NewReader("x"), map[string]string{
			"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
		if err != nil || a.status != http.StatusNotFound {
			t.Errorf("%s of another's upload: %d %s %v", method, a.status, a.body, err)
		}
	}
	for _, r := range last {
		mo.asks(r, lin, anybody, nil)
	}
	mo.keepsFrom("the live events", heard(), lin)
	if now := lin.producer.drama(lin.drama.ID); now.Version != lin.drama.Version || now.State != lin.drama.State {
		t.Errorf("Lin's drama was changed: %+v", now)
	}
	if lin.offset(lin.uploading) != 0 {
		t.Error("Lin's upload was changed")
	}
}

// route is one of the console's, as the description of the API has it.
type route struct{ id, method, path string }

func (n *node) consoleRoutes() (routes []route) {
	n.t.Helper()
	var api struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	browser(n.t, n).call("GET", "/api/openapi.json", nil, &api)
	for path, methods := range api.Paths {
		if !strings.HasPrefix(path, consoleAPI+"/") {
			continue
		}
		for method, operation := range methods {
			routes = append(routes, route{operation.OperationID, strings.ToUpper(method), strings.TrimPrefix(path, consoleAPI)})
		}
	}
	return routes
}

// asks makes a request with another's identifiers.
func (c *company) asks(r route, other *company, answer string, body func(mine, other *company) any) {
	c.t.Helper()
	kind, _, _ := strings.Cut(strings.TrimPrefix(r.path, "/"), "/")
	names := map[string]string{"assets": other.drama.Episodes[0].Asset.ID, "dramas": other.drama.ID, "episodes": other.drama.Episodes[0].ID,
		"staff": other.staff, "dead-letters": "dl_1", "grants": "grt_1", "me": other.session,
		"markets": "home", "market-packs": "pck_1", "reviews": "cas_1", "inbox": "itm_1"}
	path := strings.NewReplacer("{id}", names[kind], "{shape}", "portrait", "{lang}", "en", "{finding}", "f1").Replace(r.path)
	if r.method == "DELETE" && strings.Contains(r.path, "{id}") {
		path += "?version=" + strconv.FormatInt(other.drama.Version, 10)
	}
	var sent io.Reader
	header := map[string]string{}
	switch {
	case body != nil:
		text, _ := json.Marshal(body(c, other))
		sent, header["Content-Type"] = bytes.NewReader(text), "application/json"
	case r.id == "put-poster":
		sent, header["Content-Type"] = strings.NewReader("\xff\xd8\xff"), "image/jpeg"
	case r.id == "put-subtitles":
		sent, header["Content-Type"] = strings.NewReader("WEBVTT\n"), "text/vtt"
	}
	a, err := c.do(r.method, consoleAPI+path, sent, header)
	if err != nil {
		c.t.Fatal(r.id, err)
	}
	wrong := false
	switch answer {
	case theirs:
		wrong = a.status != http.StatusOK
	case hidden:
		wrong = a.status != http.StatusNotFound
	case operator:
		wrong = a.status != http.StatusForbidden
	}
	if wrong || a.status >= 500 {
		c.t.Errorf("%s (%s %s): %d %s", r.id, r.method, path, a.status, a.body)
	}
	c.keepsFrom(r.id, string(a.body), other)
}

// reads makes a request that succeeds and shows nothing of another.
func (c *company) reads(method, path string, other *company) {
	c.t.Helper()
	a, err := c.do(method, consoleAPI+path, nil, nil)
	if err != nil || a.status != http.StatusOK {
		c.t.Errorf("%s %s: %d %v", method, path, a.status, err)
	}
	c.keepsFrom(path, string(a.body), other)
}

func (c *company) keepsFrom(where, text string, other *company) {
	c.t.Helper()
	for what, secret := range other.secrets() {
		if strings.Contains(text, secret) {
			c.t.Errorf("%s shows another company's %s: %s", where, what, text)
		}
	}
}

// takesForOwn tries to make another's master an episode of one's own drama.
func (c *company) takesForOwn(other *company) {
	c.t.Helper()
	own, stolen := c.producer.drama(c.drama.ID), other.drama.Episodes[0].Asset.ID
	c.refused("POST", consoleAPI+"/dramas/"+own.ID+"/episodes", map[string]any{"number": 2, "asset_id": stolen, "version": own.Version},
		http.StatusUnprocessableEntity, "catalogue.asset_unknown")
	c.refused("PATCH", consoleAPI+"/episodes/"+own.Episodes[0].ID, map[string]any{"asset_id": stolen, "version": own.Version},
		http.StatusUnprocessableEntity, "catalogue.asset_unknown")
}

// readsAll is everything the console shows somebody of their own work.
func (c *company) readsAll() (text string) {
	c.t.Helper()
	e := c.drama.Episodes[0]
	for _, path := range []string{"/dramas", "/assets", "/uploads", "/dramas/" + c.drama.ID, "/assets/" + e.Asset.ID, "/episodes?assets=" + e.Asset.ID, "/episodes/" + e.ID + "/subtitles/en"} {
		a, err := c.do("GET", consoleAPI+path, nil, nil)
		if err != nil || a.status != http.StatusOK {
			c.t.Errorf("%s: %d %v", path, a.status, err)
		}
		text += string(a.body)
	}
	return text
}

// listen opens the live events; what it answers ends them and is all that came.
func (c *company) listen() func() string {
	c.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, "GET", c.node.url+consoleAPI+"/live", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	res, err := (&http.Client{Jar: c.http.Jar}).Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		c.t.Fatalf("live: %v %v", res, err)
	}
	all := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(res.Body)
		res.Body.Close()
		all <- string(text)
	}()
	return func() string {
		cancel()
		text := <-all
		if !strings.Contains(text, c.drama.Episodes[0].Asset.ID) {
			c.t.Errorf("the live events do not even tell of one's own: %q", text)
		}
		return text
	}
}
