// Package mail sends e-mail: by SMTP where a server is configured, else into
// the log, so that a node without configuration still lets its operator read
// the links it would have sent.
package mail
