package httpx

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// proxies are the networks whose forwarding headers are believed.
type proxies []netip.Prefix

func parseProxies(list []string) (proxies, error) {
	var out proxies
	var errs []error
	for _, s := range list {
		p, err := netip.ParsePrefix(strings.TrimSpace(s))
		if err != nil {
			errs = append(errs, fmt.Errorf("trusted-proxies %q: want a network such as 10.0.0.0/8", s))
			continue
		}
		out = append(out, p.Masked())
	}
	return out, errors.Join(errs...)
}

func (p proxies) trust(ip netip.Addr) bool {
	for _, n := range p {
		if n.Contains(ip) {
			return true
		}
	}
	return false
}

// hop is the client's side of a request.
type hop struct {
	ip      netip.Addr
	scheme  string
	host    string
	trusted bool // a proxy of ours sent the request
}

// resolve finds the client behind the proxies. Headers of a peer that is not
// trusted are ignored, and in a trusted chain the client is the rightmost
// address that is not a proxy of ours: what stands left of it, it wrote itself.
func (p proxies) resolve(r *http.Request) hop {
	h := hop{ip: peer(r.RemoteAddr), scheme: "http", host: r.Host}
	if r.TLS != nil {
		h.scheme = "https"
	}
	if h.trusted = p.trust(h.ip); !h.trusted {
		return h
	}
	h.ip = p.client(h.ip, r.Header.Values("X-Forwarded-For"))
	if s := strings.ToLower(last(r.Header.Values("X-Forwarded-Proto"))); s == "https" || s == "http" {
		h.scheme = s
	}
	if host := last(r.Header.Values("X-Forwarded-Host")); isHost(host) {
		h.host = host
	}
	return h
}

// client walks the list from the right until it meets an address that is not
// trusted; an entry that is no address ends the walk at the hop before.
func (p proxies) client(peer netip.Addr, headers []string) netip.Addr {
	ip := peer
	for i := len(headers) - 1; i >= 0; i-- {
		rest, more := headers[i], true
		for more {
			var entry string
			comma := strings.LastIndexByte(rest, ',')
			entry, rest, more = rest[comma+1:], rest[:max(comma, 0)], comma >= 0
			next, ok := forwarded(entry)
			if !ok {
				return ip
			}
			if ip = next; !p.trust(ip) {
				return ip
			}
		}
	}
	return ip
}

// forwarded reads one entry: an address, which some proxies write with a port.
func forwarded(s string) (netip.Addr, bool) {
	s = strings.TrimSpace(s)
	ip, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	if err != nil {
		ap, err := netip.ParseAddrPort(s)
		if err != nil {
			return netip.Addr{}, false
		}
		ip = ap.Addr()
	}
	return ip.Unmap().WithZone(""), true
}

func peer(remote string) netip.Addr {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// last is the value the nearest proxy added.
func last(headers []string) string {
	if len(headers) == 0 {
		return ""
	}
	s := headers[len(headers)-1]
	return strings.TrimSpace(s[strings.LastIndexByte(s, ',')+1:])
}

// country reads what a proxy of ours says of the client's country, in capitals;
// "" where nobody who is believed says it.
func (h hop) country(r *http.Request, header string) string {
	if header == "" || !h.trusted {
		return ""
	}
	code := strings.ToUpper(last(r.Header.Values(header)))
	if len(code) != 2 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return ""
	}
	return code
}

// isHost reports whether s can be a host with an optional port: it ends up in
// links we print.
func isHost(s string) bool {
	if s == "" || len(s) > 255 {
		return false
	}
	for _, c := range []byte(s) {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(".-:[]_", c) >= 0) {
			return false
		}
	}
	return true
}
