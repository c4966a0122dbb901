package main

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"time"
)

// client is somebody with a browser.
type client struct {
	base string
	http *http.Client
}

func newClient(base string) *client {
	jar, _ := cookiejar.New(nil)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} // our own certificate
	return &client{base, &http.Client{Jar: jar, Timeout: time.Minute, Transport: transport}}
}

func get(url string) ([]byte, error) {
	return newClient("").send(http.MethodGet, url, nil, nil, nil)
}

// send makes one request; anything but success is an error. header, if not nil,
// receives the header of the answer.
func (c *client) send(method, path string, body io.Reader, set map[string]string, header *http.Header) ([]byte, error) {
	if !strings.HasPrefix(path, "http") {
		path = c.base + path
	}
	req, err := http.NewRequest(method, path, body)
	if err != nil {
		return nil, err
	}
	for k, v := range set {
		req.Header.Set(k, v)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s %s", method, path, res.Status, text)
	}
	if header != nil {
		*header = res.Header
	}
	return text, err
}

// call sends and receives JSON.
func (c *client) call(method, path string, in, out any) error {
	var body io.Reader
	set := map[string]string{}
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body, set["Content-Type"] = bytes.NewReader(text), "application/json"
	}
	text, err := c.send(method, path, body, set, nil)
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(text, out)
}
