package lane

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
)

// request is all the lane understands of one.
type request struct {
	path        string
	first, last int64 // of the range, both included
}

// memory recognises requests that differ from the one before in their range
// alone, as a player's do, without reading the rest of them again.
type memory struct {
	before, after []byte // the range
	path          string
}

func (m *memory) recognise(b []byte) (q request, ok bool) {
	if len(m.before) > 0 && len(b) > len(m.before)+len(m.after) && bytes.HasPrefix(b, m.before) && bytes.HasSuffix(b, m.after) {
		if first, last, ok := closedRange(b[len(m.before) : len(b)-len(m.after)]); ok {
			return request{m.path, first, last}, true
		}
	}
	q, said, ok := recognise(b)
	if ok {
		at := cap(b) - cap(said)
		m.before = append(m.before[:0], b[:at]...)
		m.after = append(m.after[:0], b[at+len(said):]...)
		m.path = q.path
	}
	return q, ok
}

// recognise reads b as exactly one request of the lane's shape; the range is
// the part of b that says which bytes.
func recognise(b []byte) (q request, said []byte, ok bool) {
	line, rest, ok := bytes.Cut(b, crlf)
	if !ok {
		return q, nil, false
	}
	path, ok := bytes.CutPrefix(line, []byte("GET "))
	if !ok {
		return q, nil, false
	}
	path, ok = bytes.CutSuffix(path, []byte(" HTTP/1.1"))
	if !ok || !plainPath(path) {
		return q, nil, false
	}
	hosts, ranges := 0, 0
	for {
		line, rest, ok = bytes.Cut(rest, crlf)
		if !ok {
			return q, nil, false // the header is not all here
		}
		if len(line) == 0 {
			break
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || !plainName(name) || !plainValue(value) {
			return q, nil, false
		}
		value = bytes.Trim(value, " \t")
		switch kindOf(name) {
		case host:
			hosts++
			if !plainHost(value) {
				return q, nil, false
			}
		case span:
			ranges++
			said = value
			if q.first, q.last, ok = closedRange(value); !ok {
				return q, nil, false
			}
		case connection:
			if !bytes.EqualFold(value, []byte("keep-alive")) {
				return q, nil, false
			}
		case telling:
			return q, nil, false
		}
	}
	q.path = string(path)
	return q, said, len(rest) == 0 && hosts == 1 && ranges == 1
}

// of answers the same of a request net/http has read.
func of(r *http.Request) (q request, ok bool) {
	if r.Method != http.MethodGet || r.Proto != "HTTP/1.1" || r.TLS != nil || r.Close ||
		r.ContentLength != 0 || len(r.TransferEncoding) > 0 || !plainPath([]byte(r.RequestURI)) {
		return q, false
	}
	for name, values := range r.Header {
		switch kindOf([]byte(name)) {
		case span:
			if len(values) > 1 {
				return q, false
			}
			q.first, q.last, ok = closedRange([]byte(values[0]))
		case connection:
			if len(values) > 1 || !strings.EqualFold(values[0], "keep-alive") {
				return q, false
			}
		case telling:
			return q, false
		}
	}
	q.path = r.RequestURI
	return q, ok
}

var crlf = []byte("\r\n")

// kind is what a header means to the lane.
type kind int

const (
	silent  kind = iota // says nothing that would change the answer
	telling             // does
	host
	span
	connection
)

// kindOf goes by length first: most headers are none of those.
func kindOf(name []byte) kind {
	switch len(name) {
	case 4:
		if is(name, "host") {
			return host
		}
	case 5:
		if is(name, "range") {
			return span
		}
	case 6:
		if is(name, "expect") {
			return telling
		}
	case 7:
		if is(name, "upgrade") || is(name, "trailer") {
			return telling
		}
	case 10:
		if is(name, "connection") {
			return connection
		}
	case 14:
		if is(name, "content-length") || is(name, "http2-settings") {
			return telling
		}
	case 17:
		if is(name, "transfer-encoding") {
			return telling
		}
	}
	if len(name) >= 3 && is(name[:3], "if-") {
		return telling
	}
	return silent
}

func is(name []byte, lower string) bool { return strings.EqualFold(string(name), lower) }

// closedRange reads "bytes=a-b".
func closedRange(v []byte) (first, last int64, ok bool) {
	v, ok = bytes.CutPrefix(v, []byte("bytes="))
	if !ok {
		return 0, 0, false
	}
	a, b, ok := bytes.Cut(v, []byte("-"))
	if !ok {
		return 0, 0, false
	}
	first, ok = number(a)
	if !ok {
		return 0, 0, false
	}
	last, ok = number(b)
	return first, last, ok && first <= last
}

// number reads decimal digits alone: ParseInt would take a sign.
func number(b []byte) (int64, bool) {
	if len(b) == 0 || b[0] < '0' || b[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	return n, err == nil
}

func plainPath(b []byte) bool {
	return len(b) > 1 && b[0] == '/' && all(b, pathByte) &&
		!bytes.Contains(b, []byte("//")) && !bytes.Contains(b, []byte("/."))
}

func plainName(b []byte) bool  { return len(b) > 0 && all(b, nameByte) }
func plainValue(b []byte) bool { return all(b, valueByte) }
func plainHost(b []byte) bool  { return len(b) > 0 && all(b, hostByte) }

func all(b []byte, set [256]bool) bool {
	for _, c := range b {
		if !set[c] {
			return false
		}
	}
	return true
}

const (
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	marks   = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\t"
)

var (
	pathByte  = setOf(letters + "/._-")
	nameByte  = setOf(letters + "-")
	valueByte = setOf(letters + marks)
	hostByte  = setOf(letters + ".-:[]")
)

func setOf(chars string) (set [256]bool) {
	for i := range len(chars) {
		set[chars[i]] = true
	}
	return set
}
