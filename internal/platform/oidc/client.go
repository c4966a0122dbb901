package oidc

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

const (
	patience  = 10 * time.Second // for one request, with its body
	mostBytes = 1 << 20          // of one answer
	redirects = 3
)

// Client is for talking to a Source: it gives up after ten seconds, reads a
// megabyte at most and follows no redirect to another host, so that a secret in
// a request goes where it was meant to.
func Client() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxResponseHeaderBytes = 64 << 10
	return &http.Client{
		Timeout:   patience,
		Transport: bounded{transport},
		CheckRedirect: func(next *http.Request, before []*http.Request) error {
			first := before[0].URL
			if next.URL.Host != first.Host || next.URL.Scheme != first.Scheme {
				return fmt.Errorf("oidc: a redirect from %s to another host, %s, is not followed", first.Host, next.URL.Host)
			}
			if len(before) > redirects {
				return errors.New("oidc: too many redirects")
			}
			return nil
		},
	}
}

// bounded limits the size of answers. More is an error rather than an end: half
// an answer must not pass for a whole one.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = http.MaxBytesReader(nil, res.Body, mostBytes)
	}
	return res, err
}
