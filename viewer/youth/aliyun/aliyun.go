// Package aliyun verifies names with Id2MetaVerify of Alibaba Cloud's cloudauth
// (version 2019-03-07), signed with ACS3-HMAC-SHA256.
//
// Sources: https://help.aliyun.com/zh/id-verification (id2MetaVerify and its
// codes), https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
// (the signature).
package aliyun

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/viewer/youth/idnumber"
	"cliffhanger/viewer/youth/realname"
)

// Config is how an operator is known to Alibaba Cloud.
type Config struct {
	AccessKeyID     string     `name:"access-key-id" help:"AccessKey ID of a RAM user who may call cloudauth."`
	AccessKeySecret obs.Secret `help:"AccessKey secret of that user."`
	Endpoint        string     `help:"Address of cloudauth."`
}

// Default is the address for mainland China.
func Default() Config { return Config{Endpoint: "https://cloudauth.aliyuncs.com"} }

// Check says what is wrong with c, everything at once.
func (c Config) Check() error {
	var errs []error
	if c.AccessKeyID == "" {
		errs = append(errs, errors.New("access-key-id: is needed"))
	}
	if !c.AccessKeySecret.Set() {
		errs = append(errs, errors.New("access-key-secret: is needed"))
	}
	return errors.Join(append(errs, realname.CheckEndpoint(c.Endpoint))...)
}

const (
	action      = "Id2MetaVerify"
	version     = "2019-03-07"
	contentType = "application/x-www-form-urlencoded"
)

// Client answers realname.RealName.
type Client struct {
	Config
	clock clock.Clock
}

// New makes a client.
func New(c Config, clock clock.Clock) *Client { return &Client{c, clock} }

// text is a value that comes as a string or as a number.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err == nil {
		*t = text(s)
		return nil
	}
	var n json.Number
	err := json.Unmarshal(b, &n)
	*t = text(n)
	return err
}

type answer struct {
	Code         text
	RequestID    string `json:"RequestId"`
	ResultObject struct{ BizCode text }
}

// results are what Id2MetaVerify found.
var results = map[text]realname.Outcome{"1": realname.Match, "2": realname.Mismatch, "3": realname.NoRecord}

// refusals are the codes with which it found nothing.
var refusals = map[text]realname.Outcome{
	"400": realname.InvalidInput, "401": realname.InvalidInput, // something is missing, does not fit
	"402": realname.ProviderDown,                               // the registry fails
	"403": realname.Quota,                                      // asked too often about the same person
	"410": realname.ProviderDown, "411": realname.ProviderDown, // not activated, not allowed
	"412": realname.Quota, // not paid
	"500": realname.ProviderDown,
}

// Verify asks Alibaba Cloud. It takes no consent and no purpose.
func (c *Client) Verify(ctx context.Context, name idnumber.Name, number idnumber.Number, _, _ string) (realname.Outcome, string, string, error) {
	// In the body, where no log of addresses finds them.
	body := url.Values{"ParamType": {"normal"}, "UserName": {name.Reveal()}, "IdentifyNum": {number.Reveal()}}.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Endpoint+"/", strings.NewReader(body))
	if err != nil {
		return realname.ProviderDown, "", "", errors.New("aliyun: the endpoint is no address")
	}
	nonce := make([]byte, 16)
	rand.Read(nonce)
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("X-Acs-Action", action)
	r.Header.Set("X-Acs-Version", version)
	r.Header.Set("X-Acs-Date", c.clock.Now().UTC().Format(time.RFC3339))
	r.Header.Set("X-Acs-Signature-Nonce", hex.EncodeToString(nonce))
	r.Header.Set("X-Acs-Content-Sha256", sum([]byte(body)))
	r.Header.Set("Authorization", c.authorization(r))
	status, got, err := realname.Fetch(r)
	if err != nil {
		return realname.ProviderDown, "", "", fmt.Errorf("aliyun: %w", err)
	}
	return read(status, got)
}

// read puts an answer into words. What was found counts only where the call
// succeeded; a refusal comes with other statuses too.
func read(status int, got []byte) (realname.Outcome, string, string, error) {
	var a answer
	if err := json.Unmarshal(bytes.TrimSpace(got), &a); err != nil || a.Code == "" {
		return realname.ProviderDown, "", "", fmt.Errorf("aliyun: status %d, and no answer that can be read", status)
	}
	if a.Code != "200" {
		o, ok := refusals[a.Code]
		switch {
		case strings.HasPrefix(string(a.Code), "Throttling"):
			o = realname.Quota
		case !ok:
			o = realname.ProviderDown
		}
		return o, string(a.Code), a.RequestID, errors.New("aliyun: it refuses the call")
	}
	o, ok := results[a.ResultObject.BizCode]
	if !ok || status != http.StatusOK {
		return realname.ProviderDown, "", a.RequestID, fmt.Errorf("aliyun: status %d, and a result that is not documented", status)
	}
	return o, string(a.ResultObject.BizCode), a.RequestID, nil
}

// authorization signs a request to "/": its host, its type and all headers of
// theirs. Its query must be in the order of names, as url.Values encodes it.
func (c *Client) authorization(r *http.Request) string {
	headers := map[string]string{"host": r.URL.Host}
	for name, values := range r.Header {
		if name = strings.ToLower(name); name == "content-type" || strings.HasPrefix(name, "x-acs-") {
			headers[name] = strings.TrimSpace(values[0])
		}
	}
	names := make([]string, 0, len(headers))
	for name := range headers {
		names = append(names, name)
	}
	slices.Sort(names)
	var canonical strings.Builder
	canonical.WriteString(r.Method + "\n/\n" + r.URL.RawQuery + "\n")
	for _, name := range names {
		canonical.WriteString(name + ":" + headers[name] + "\n")
	}
	signed := strings.Join(names, ";")
	canonical.WriteString("\n" + signed + "\n" + headers["x-acs-content-sha256"])
	h := hmac.New(sha256.New, []byte(c.AccessKeySecret.Reveal()))
	h.Write([]byte("ACS3-HMAC-SHA256\n" + sum([]byte(canonical.String()))))
	return "ACS3-HMAC-SHA256 Credential=" + c.AccessKeyID + ",SignedHeaders=" + signed + ",Signature=" + hex.EncodeToString(h.Sum(nil))
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}
