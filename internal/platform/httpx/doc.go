// Package httpx is the HTTP edge: it decodes, the capability decides, it encodes.
//
// A capability registers typed routes with Handle (JSON in, JSON out, described
// in OpenAPI 3.1 from the Go types) and byte routes with API.Raw (media,
// uploads, event streams). Every route says who may call it; a route that does
// not say so refuses to register. Errors are kernel faults and become RFC 9457
// problem+json by one table.
//
// The order in which a request passes is fixed:
//
//	request id · trusted proxies · locale · security headers · cross-origin check
//	→ route → who → rate limit → body limit → idempotency → decode → handler
//
// and on the way out: problem, compression, metrics, access log. Neither query
// strings nor path segments that carry a token reach the log. Ordinary requests
// for parts of a file, over plain HTTP, pass by all of that; see package lane.
//
// Owns the table httpx_idempotency. Knows no business word.
package httpx
