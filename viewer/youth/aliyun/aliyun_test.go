package aliyun

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
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

// The example of the documentation.
func TestTheSignatureOfTheDocumentation(t *testing.T) {
	t.Parallel()
	r, err := http.NewRequest(http.MethodPost, "https://ecs.cn-shanghai.aliyuncs.com/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Acs-Action", "RunInstances")
	r.Header.Set("X-Acs-Version", "2014-05-26")
	r.Header.Set("X-Acs-Date", "2023-10-26T10:22:32Z")
	r.Header.Set("X-Acs-Signature-Nonce", "3156853299f313e23d1673dc12e1703d")
	r.Header.Set("X-Acs-Content-Sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
	got := New(Config{AccessKeyID: "YourAccessKeyId", AccessKeySecret: "YourAccessKeySecret"}, nil).authorization(r)
	want := "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version," +
		"Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// cloud is cloudauth as it is seen from outside: it checks the signature from
// what arrived, takes no request twice, and answers what it was told to.
func cloud(t *testing.T, answer func(w http.ResponseWriter, r *http.Request)) *Client {
	t.Helper()
	nonces := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if err := signed(r, body); err != nil {
			t.Error(err)
		}
		nonce := r.Header.Get("X-Acs-Signature-Nonce")
		if nonces[nonce] || len(nonce) < 16 {
			t.Errorf("the nonce %q is no nonce", nonce)
		}
		nonces[nonce] = true
		q, err := url.ParseQuery(string(body))
		if err != nil || len(q) != 3 || q.Get("IdentifyNum") != card || q.Get("UserName") != person || q.Get("ParamType") != "normal" || r.URL.String() != "/" {
			t.Errorf("asked %s %v at %s", body, err, r.URL)
		}
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	return New(Config{AccessKeyID: "LTAI1", AccessKeySecret: "hidden", Endpoint: server.URL}, clock.NewFake(time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC)))
}

// signed checks ACS3-HMAC-SHA256 from the request alone.
func signed(r *http.Request, body []byte) error {
	auth := r.Header.Get("Authorization")
	names, signature, ok := strings.Cut(strings.TrimPrefix(auth, "ACS3-HMAC-SHA256 Credential=LTAI1,SignedHeaders="), ",Signature=")
	if !ok {
		return fmt.Errorf("%s is of another form", auth)
	}
	hash := func(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }
	canonical := "POST\n/\n\n"
	for name := range strings.SplitSeq(names, ";") {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		canonical += name + ":" + strings.TrimSpace(value) + "\n"
	}
	canonical += "\n" + names + "\n" + hash(body)
	h := hmac.New(sha256.New, []byte("hidden"))
	io.WriteString(h, "ACS3-HMAC-SHA256\n"+hash([]byte(canonical)))
	switch {
	case names != "content-type;host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version":
		return fmt.Errorf("%s are signed", names)
	case fmt.Sprintf("%x", h.Sum(nil)) != signature, r.Header.Get("X-Acs-Content-Sha256") != hash(body):
		return fmt.Errorf("the signature does not fit: %s", auth)
	case r.Header.Get("X-Acs-Action") != "Id2MetaVerify" || r.Header.Get("X-Acs-Version") != "2019-03-07" || r.Header.Get("X-Acs-Date") != "2026-03-01T04:00:00Z":
		return fmt.Errorf("asked for %s", r.Header.Get("X-Acs-Action"))
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
	for body, want := range map[string]realname.Outcome{
		`{"RequestId":"req-1","Code":"200","Message":"success","ResultObject":{"BizCode":"1"}}`: realname.Match,
		`{"RequestId":"req-1","Code":200,"Message":"success","ResultObject":{"BizCode":1}}`:     realname.Match,
		`{"RequestId":"req-1","Code":"200","ResultObject":{"BizCode":"2"}}`:                     realname.Mismatch,
		`{"RequestId":"req-1","Code":"200","ResultObject":{"BizCode":"3"}}`:                     realname.NoRecord,
		`{"RequestId":"req-1","Code":"200","ResultObject":{"BizCode":"4"}}`:                     realname.ProviderDown,
		`{"RequestId":"req-1","Code":"200","ResultObject":{}}`:                                  realname.ProviderDown,
		`{"RequestId":"req-1","Code":"200"}`:                                                    realname.ProviderDown,
		`{"RequestId":"req-1","Code":"400","Message":"参数不能为空"}`:                                 realname.InvalidInput,
		`{"RequestId":"req-1","Code":"401","Message":"参数非法(` + card + `)"}`:                     realname.InvalidInput,
		`{"RequestId":"req-1","Code":"402"}`:                                                    realname.ProviderDown,
		`{"RequestId":"req-1","Code":"403"}`:                                                    realname.Quota,
		`{"RequestId":"req-1","Code":"410"}`:                                                    realname.ProviderDown,
		`{"RequestId":"req-1","Code":"411"}`:                                                    realname.ProviderDown,
		`{"RequestId":"req-1","Code":"412"}`:                                                    realname.Quota,
		`{"RequestId":"req-1","Code":"500"}`:                                                    realname.ProviderDown,
		`{"RequestId":"req-1","Code":"SignatureDoesNotMatch"}`:                                  realname.ProviderDown,
		`{"RequestId":"req-1","Code":"Throttling.User"}`:                                        realname.Quota,
		`{"RequestId":"req-1","Code":"401","ResultObject":{"BizCode":"1"}}`:                     realname.InvalidInput,
	} {
		c := cloud(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) })
		o, _, request, err := ask(t, t.Context(), c)
		if o != want || request != "req-1" || o == realname.Match && err != nil {
			t.Errorf("%s: %s of %q, %v", body, o, request, err)
		}
	}
	refused := cloud(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest) // the gateway says it with the status too
		io.WriteString(w, `{"RequestId":"req-1","Code":"401"}`)
	})
	if o, _, _, _ := ask(t, t.Context(), refused); o != realname.InvalidInput {
		t.Error(o)
	}
	again := cloud(t, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"Code":"200","ResultObject":{"BizCode":"1"}}`)
	})
	ask(t, t.Context(), again)
	if o, _, _, err := ask(t, t.Context(), again); o != realname.Match || err != nil {
		t.Error(o, err)
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	const match = `{"RequestId":"req-1","Code":"200","ResultObject":{"BizCode":"1"}}`
	for name, answer := range map[string]http.HandlerFunc{
		"nothing":      func(http.ResponseWriter, *http.Request) {},
		"no JSON":      func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") },
		"half of it":   func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, match[:len(match)-2]) },
		"another form": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"Code":{},"ResultObject":[1]}`) },
		"a match with a status that is none": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
			io.WriteString(w, match)
		},
		"too much": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, match+strings.Repeat(" ", 1<<20)) },
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
	if o, _, _, err := ask(t, t.Context(), New(Config{Endpoint: "http://127.0.0.1:1", AccessKeySecret: "hidden"}, clock.System)); o != realname.ProviderDown || err == nil {
		t.Errorf("nobody there: %s, %v", o, err)
	}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	c := Default()
	err := c.Check()
	if err == nil || !strings.Contains(err.Error(), "access-key-id") || !strings.Contains(err.Error(), "access-key-secret") || strings.Contains(err.Error(), "endpoint") {
		t.Error(err)
	}
	c.AccessKeyID, c.AccessKeySecret = "LTAI1", "hidden"
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	if text := fmt.Sprintf("%v %+v %#v", c, c, c); strings.Contains(text, "hidden") {
		t.Error(text)
	}
	for _, bad := range []string{"http://cloudauth.example", "cloudauth.example", "https://", "https://cloudauth.example/path", "::"} {
		if c.Endpoint = bad; c.Check() == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}
