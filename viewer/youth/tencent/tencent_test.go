package tencent

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/viewer/youth/idnumber"
	"cliffhanger/viewer/youth/realname"
)

var _ realname.RealName = (*Client)(nil)

const (
	person = "李雷"
	card   = "11010519491231002X"
)

// The example of the documentation, with the key it stands for.
func TestTheSignatureOfTheDocumentation(t *testing.T) {
	t.Parallel()
	c := New(Config{SecretID: "AKIDEXAMPLE", SecretKey: "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"}, nil)
	body := []byte(`{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`)
	got := c.authorization("cvm", []header{{"content-type", contentType}, {"host", "cvm.tencentcloudapi.com"}}, body, time.Unix(1551113065, 0))
	want := "TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, " +
		"Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// cloud is faceid as it is seen from outside: it checks the signature from what
// arrived, and answers what it was told to.
func cloud(t *testing.T, answer func(w http.ResponseWriter, r *http.Request)) *Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if err := signed(r, body); err != nil {
			t.Error(err)
		}
		var q map[string]string
		if err := json.Unmarshal(body, &q); err != nil || len(q) != 2 || q["IdCard"] != card || q["Name"] != person || r.URL.String() != "/" {
			t.Errorf("asked %s %v at %s", body, err, r.URL)
		}
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	return New(Config{SecretID: "AKID1", SecretKey: "hidden", Endpoint: server.URL}, clock.NewFake(time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC)))
}

// signed checks TC3-HMAC-SHA256 from the request alone.
func signed(r *http.Request, body []byte) error {
	auth := r.Header.Get("Authorization")
	var id, date, names, signature string
	if _, err := fmt.Sscanf(strings.NewReplacer("Credential=", "", "/", " ", ",", "", "SignedHeaders=", "", "Signature=", "").Replace(auth),
		"TC3-HMAC-SHA256 %s %s faceid tc3_request %s %s", &id, &date, &names, &signature); err != nil {
		return fmt.Errorf("%s: %w", auth, err)
	}
	canonical := "POST\n/\n\n"
	for name := range strings.SplitSeq(names, ";") {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		canonical += name + ":" + strings.ToLower(strings.TrimSpace(value)) + "\n"
	}
	hash := func(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }
	text := strings.Join([]string{"TC3-HMAC-SHA256", r.Header.Get("X-TC-Timestamp"), date + "/faceid/tc3_request", hash([]byte(canonical + "\n" + names + "\n" + hash(body)))}, "\n")
	key := []byte("TC3hidden")
	for _, part := range []string{date, "faceid", "tc3_request", text} {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(part))
		key = h.Sum(nil)
	}
	switch {
	case id != "AKID1" || date != "2026-03-01" || r.Header.Get("X-TC-Timestamp") != "1772337600":
		return fmt.Errorf("signed by %s on %s", id, date)
	case !strings.Contains(names, "content-type") || !strings.Contains(names, "host") || !strings.Contains(names, "x-tc-action"):
		return fmt.Errorf("only %s are signed", names)
	case hex.EncodeToString(key) != signature:
		return fmt.Errorf("the signature does not fit: %s", auth)
	case r.Header.Get("X-TC-Action") != "IdCardVerification" || r.Header.Get("X-TC-Version") != "2018-03-01":
		return fmt.Errorf("asked for %s", r.Header.Get("X-TC-Action"))
	}
	return nil
}

func ask(t *testing.T, ctx context.Context, c *Client) (realname.Outcome, string, string, error) {
	t.Helper()
	name, err := idnumber.ParseName(person)
	if err != nil {
		t.Fatal(err)
	}
	number, err := idnumber.Parse(card, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	o, code, request, err := c.Verify(ctx, name, number, "fct_1", "real_name")
	if err != nil && (strings.Contains(err.Error(), card) || strings.Contains(err.Error(), person) || strings.Contains(err.Error(), "hidden")) {
		t.Errorf("the error tells: %v", err)
	}
	return o, code, request, err
}

func TestEveryAnswerThereIs(t *testing.T) {
	t.Parallel()
	result := func(r string) string {
		return `{"Response":{"Result":"` + r + `","Description":"姓名和身份证号","RequestId":"req-1"}}`
	}
	failure := func(code string) string {
		return `{"Response":{"Error":{"Code":"` + code + `","Message":"` + card + `"},"RequestId":"req-1"}}`
	}
	for body, want := range map[string]realname.Outcome{
		result("0"): realname.Match, result("-1"): realname.Mismatch, result("-2"): realname.InvalidInput, result("-3"): realname.InvalidInput,
		result("-4"): realname.ProviderDown, result("-5"): realname.NoRecord, result("-6"): realname.ProviderDown, result("-7"): realname.Quota,
		result("1"): realname.ProviderDown, result(""): realname.ProviderDown, result("00"): realname.ProviderDown,
		failure("AuthFailure.SignatureFailure"):                realname.ProviderDown,
		failure("AuthFailure.InvalidAuthorization"):            realname.ProviderDown,
		failure("FailedOperation.UnKnown"):                     realname.ProviderDown,
		failure("InternalError"):                               realname.ProviderDown,
		failure("InvalidParameter"):                            realname.InvalidInput,
		failure("InvalidParameterValue"):                       realname.InvalidInput,
		failure("InvalidParameter.UnsupportEncryptField"):      realname.ProviderDown,
		failure("RequestLimitExceeded"):                        realname.Quota,
		failure("LimitExceeded"):                               realname.Quota,
		failure("UnauthorizedOperation.Arrears"):               realname.Quota,
		failure("UnauthorizedOperation.ChargeStatusException"): realname.Quota,
		failure("UnauthorizedOperation.Nonactivated"):          realname.ProviderDown,
		failure(""): realname.ProviderDown,
	} {
		c := cloud(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) })
		o, _, request, err := ask(t, t.Context(), c)
		if o != want || request != "req-1" || (o == realname.Match) && err != nil {
			t.Errorf("%s: %s of %q, %v", body, o, request, err)
		}
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"nothing":      func(http.ResponseWriter, *http.Request) {},
		"no JSON":      func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") },
		"half of it":   func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"Response":{"Result":"0"`) },
		"another form": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"Response":[0]}`) },
		"a match with a status that is none": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
			io.WriteString(w, `{"Response":{"Result":"0","RequestId":"req-1"}}`)
		},
		"too much": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, `{"Response":{"Result":"0","Description":"`+strings.Repeat("长", 1<<20)+`"}}`)
		},
		"somewhere else": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://192.0.2.1/", http.StatusTemporaryRedirect)
		},
		"hung up": func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) },
	} {
		if o, _, _, err := ask(t, t.Context(), cloud(t, answer)); o != realname.ProviderDown || err == nil {
			t.Errorf("%s: %s, %v", name, o, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	slow := cloud(t, func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	if o, _, _, err := ask(t, ctx, slow); o != realname.ProviderDown || err == nil {
		t.Errorf("no answer in time: %s, %v", o, err)
	}
	if o, _, _, err := ask(t, t.Context(), New(Config{Endpoint: "http://127.0.0.1:1", SecretKey: "hidden"}, clock.System)); o != realname.ProviderDown || err == nil {
		t.Errorf("nobody there: %s, %v", o, err)
	}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	c := Default()
	err := c.Check()
	if err == nil || !strings.Contains(err.Error(), "secret-id") || !strings.Contains(err.Error(), "secret-key") || strings.Contains(err.Error(), "endpoint") {
		t.Error(err)
	}
	c.SecretID, c.SecretKey = "AKID1", "hidden"
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	if text := fmt.Sprintf("%v %+v %#v", c, c, c); strings.Contains(text, "hidden") {
		t.Error(text)
	}
	for _, bad := range []string{"http://faceid.example", "faceid.example", "https://", "https://faceid.example/path", "::"} {
		if c.Endpoint = bad; c.Check() == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}
