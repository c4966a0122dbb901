// Package mail sends e-mail: by SMTP where a server is configured, into the log
// where one wants to see what would be sent, else not at all.
package mail
