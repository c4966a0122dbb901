package passkeytest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Begun is a ceremony as a house begins one.
type Begun struct {
	Ceremony string
	Options  json.RawMessage
}

// Answered is what a browser sends of one.
type Answered struct {
	Ceremony string          `json:"ceremony"`
	Answer   json.RawMessage `json:"answer"`
	Name     string          `json:"name,omitempty"`
}

// Asked is a device as a registration asks for one: it keeps the handle.
func Asked(t testing.TB, host, origin string, options []byte) *Device {
	t.Helper()
	var asked struct{ User struct{ ID string } }
	if err := json.Unmarshal(options, &asked); err != nil {
		t.Fatal(err)
	}
	handle, err := base64.RawURLEncoding.DecodeString(asked.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	return New(host, origin, handle)
}

// Call sends JSON to a site as whoever has the token, "" for nobody, and answers
// the problem's code, or "", with the header of what came back. A nil body is none.
func Call(t testing.TB, site http.Handler, token, method, url string, body, out any) (code string, header http.Header) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(method, url, strings.NewReader(string(text)))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body == nil {
		r.Body = http.NoBody
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	if w.Code >= 400 {
		var p struct{ Code string }
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatal(w.Code, err)
		}
		return p.Code, nil
	}
	if out != nil {
		if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
			t.Fatal(w.Body, err)
		}
	}
	return "", w.Header()
}
