// Package tencent verifies names with IdCardVerification of Tencent Cloud's
// faceid (version 2018-03-01), signed with TC3-HMAC-SHA256.
//
// Sources: https://www.tencentcloud.com/document/api/1061/79049 (the operation),
// https://www.tencentcloud.com/document/product/267/37447 (the signature).
package tencent

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/obs"
	"cliffhanger/viewer/youth/idnumber"
	"cliffhanger/viewer/youth/realname"
)

// Config is how an operator is known to Tencent Cloud.
type Config struct {
	SecretID  string     `name:"secret-id" help:"SecretId of a key that may call faceid."`
	SecretKey obs.Secret `help:"SecretKey of that key."`
	Endpoint  string     `help:"Address of faceid; the international site has https://faceid.intl.tencentcloudapi.com."`
}

// Default is the site for mainland China.
func Default() Config { return Config{Endpoint: "https://faceid.tencentcloudapi.com"} }

// Check says what is wrong with c, everything at once.
func (c Config) Check() error {
	var errs []error
	if c.SecretID == "" {
		errs = append(errs, errors.New("secret-id: is needed"))
	}
	if !c.SecretKey.Set() {
		errs = append(errs, errors.New("secret-key: is needed"))
	}
	return errors.Join(append(errs, realname.CheckEndpoint(c.Endpoint))...)
}

const (
	service     = "faceid"
	action      = "IdCardVerification"
	version     = "2018-03-01"
	contentType = "application/json; charset=utf-8"
)

// Client answers realname.RealName.
type Client struct {
	Config
	clock clock.Clock
}

// New makes a client.
func New(c Config, clock clock.Clock) *Client { return &Client{c, clock} }

type question struct {
	IdCard string
	Name   string
}

type answer struct {
	Response struct {
		Result    string
		RequestID string `json:"RequestId"`
		Error     *struct{ Code string }
	}
}

// results are what IdCardVerification answers.
var results = map[string]realname.Outcome{
	"0": realname.Match, "-1": realname.Mismatch,
	"-2": realname.InvalidInput, "-3": realname.InvalidInput, // the number, the name
	"-4": realname.ProviderDown, "-6": realname.ProviderDown, // the registry fails, is being upgraded
	"-5": realname.NoRecord, "-7": realname.Quota,
}

// Verify asks Tencent Cloud. It takes no consent and no purpose.
func (c *Client) Verify(ctx context.Context, name idnumber.Name, number idnumber.Number, _, _ string) (realname.Outcome, string, string, error) {
	body, err := json.Marshal(question{number.Reveal(), name.Reveal()})
	if err != nil {
		return realname.ProviderDown, "", "", err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Endpoint+"/", bytes.NewReader(body))
	if err != nil {
		return realname.ProviderDown, "", "", errors.New("tencent: the endpoint is no address")
	}
	now := c.clock.Now()
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("X-TC-Action", action)
	r.Header.Set("X-TC-Version", version)
	r.Header.Set("X-TC-Timestamp", strconv.FormatInt(now.Unix(), 10))
	r.Header.Set("Authorization", c.authorization(service, []header{
		{"content-type", contentType}, {"host", r.URL.Host}, {"x-tc-action", strings.ToLower(action)}}, body, now))
	status, text, err := realname.Fetch(r)
	if err != nil {
		return realname.ProviderDown, "", "", fmt.Errorf("tencent: %w", err)
	}
	return read(status, text)
}

// read puts an answer into words.
func read(status int, text []byte) (realname.Outcome, string, string, error) {
	var a answer
	if err := json.Unmarshal(text, &a); err != nil || status != http.StatusOK {
		return realname.ProviderDown, "", "", fmt.Errorf("tencent: status %d, and no answer that can be read", status)
	}
	res := a.Response
	if res.Error != nil {
		return ofError(res.Error.Code), res.Error.Code, res.RequestID, errors.New("tencent: it refuses the call")
	}
	o, ok := results[res.Result]
	if !ok {
		return realname.ProviderDown, "", res.RequestID, errors.New("tencent: a result that is not documented")
	}
	return o, res.Result, res.RequestID, nil
}

// ofError is the outcome of a call that was refused.
func ofError(code string) realname.Outcome {
	kind, _, _ := strings.Cut(code, ".")
	switch {
	case code == "InvalidParameter.UnsupportEncryptField": // ours, not the person's
		return realname.ProviderDown
	case kind == "InvalidParameter", kind == "InvalidParameterValue":
		return realname.InvalidInput
	case kind == "RequestLimitExceeded", kind == "LimitExceeded",
		code == "UnauthorizedOperation.Arrears", strings.HasSuffix(code, ".ChargeStatusException"):
		return realname.Quota
	}
	return realname.ProviderDown
}

// header is one that is signed: its name in lower case, in the order of names.
type header struct{ name, value string }

// authorization signs a POST to "/" with nothing in its query.
func (c *Client) authorization(service string, headers []header, body []byte, now time.Time) string {
	var names []string
	var canonical strings.Builder
	canonical.WriteString("POST\n/\n\n")
	for _, h := range headers {
		names = append(names, h.name)
		canonical.WriteString(h.name + ":" + h.value + "\n")
	}
	signed := strings.Join(names, ";")
	canonical.WriteString("\n" + signed + "\n" + sum(body))
	day := now.UTC().Format(time.DateOnly)
	scope := day + "/" + service + "/tc3_request"
	text := "TC3-HMAC-SHA256\n" + strconv.FormatInt(now.Unix(), 10) + "\n" + scope + "\n" + sum([]byte(canonical.String()))
	key := mac(mac(mac([]byte("TC3"+c.SecretKey.Reveal()), day), service), "tc3_request")
	return "TC3-HMAC-SHA256 Credential=" + c.SecretID + "/" + scope + ", SignedHeaders=" + signed + ", Signature=" + hex.EncodeToString(mac(key, text))
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
