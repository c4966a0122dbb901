package realname

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// mostAnswer is how long an answer of a provider may be; real ones have a few
// hundred bytes.
const mostAnswer = 64 << 10

// client goes where it is sent and nowhere else: what it carries is for one
// provider only.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// CheckEndpoint says what is wrong with the address of a provider: it is a host,
// reached over TLS.
func CheckEndpoint(address string) error {
	if u, err := url.Parse(address); err != nil || u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" {
		return errors.New("endpoint: want https:// and a host")
	}
	return nil
}

// Fetch sends a provider's request and reads its answer. Its errors quote nothing
// of the request.
func Fetch(r *http.Request) (status int, body []byte, err error) {
	res, err := client.Do(r)
	if err != nil {
		if u := new(url.Error); errors.As(err, &u) {
			err = u.Err
		}
		return 0, nil, err
	}
	defer res.Body.Close()
	body, err = io.ReadAll(io.LimitReader(res.Body, mostAnswer+1))
	switch {
	case err != nil:
		return res.StatusCode, nil, err
	case len(body) > mostAnswer:
		return res.StatusCode, nil, fmt.Errorf("the answer is longer than %d bytes", mostAnswer)
	}
	return res.StatusCode, body, nil
}
