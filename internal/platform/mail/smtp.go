package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/smtp"
	"net/textproto"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
)

// SMTP sends through a mail server, one connection for each message.
type SMTP struct {
	cfg   Config
	clock clock.Clock
	roots *x509.CertPool // nil: the system's
}

var (
	errServer  = fault.New(fault.Unavailable, "mail.server_unavailable", "The mail could not be sent just now. Try again later.")
	errRefused = fault.New(fault.Invalid, "mail.refused", "The mail server does not accept this address or message.")
)

// Send delivers m to the server. A refusal for good is an Invalid fault, code
// mail.refused; everything else may work later and is Unavailable.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	to, err := recipient(m)
	if err != nil {
		return err
	}
	from, err := netmail.ParseAddress(s.cfg.From)
	if err != nil {
		return fmt.Errorf("sender: %w", err)
	}
	body, err := compose(from, to, m, s.clock.Now())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	if err := s.deliver(ctx, from.Address, to.Address, body); err != nil {
		return judge(err)
	}
	return nil
}

// judge tells a server that refuses for good (5xx) from one that cannot now.
func judge(err error) error {
	var refusal step
	var reply *textproto.Error
	if errors.As(err, &refusal) && refusal.final && errors.As(err, &reply) && reply.Code >= 500 {
		return errRefused.Because(err)
	}
	return errServer.Because(err)
}

// step is an error with the command it answers.
type step struct {
	name  string
	final bool // a 5xx here speaks about the message, not about the server
	error
}

func (s step) Error() string { return s.name + ": " + s.error.Error() }
func (s step) Unwrap() error { return s.error }

func (s *SMTP) deliver(ctx context.Context, from, to string, body []byte) error {
	host, _, err := net.SplitHostPort(s.cfg.Server)
	if err != nil {
		return err
	}
	conn, err := s.dial(ctx, host)
	if err != nil {
		return step{"connect", false, err}
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		conn.SetDeadline(deadline)
	}
	// A caller that gives up early ends the conversation too.
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return step{"greeting", false, err}
	}
	if s.cfg.TLS == "starttls" {
		// Refused rather than sent in the clear: that is what an eavesdropper
		// who strips the offer would want.
		if err := c.StartTLS(s.tls(host)); err != nil {
			return step{"starttls", false, err}
		}
	}
	if s.cfg.User != "" {
		if err := c.Auth(smtp.PlainAuth("", s.cfg.User, s.cfg.Password.Reveal(), host)); err != nil {
			return step{"sign in", false, err}
		}
	}
	if err := c.Mail(from); err != nil {
		return step{"sender", false, err}
	}
	if err := c.Rcpt(to); err != nil {
		return step{"recipient", true, err}
	}
	w, err := c.Data()
	if err != nil {
		return step{"data", true, err}
	}
	if _, err := w.Write(body); err != nil {
		return step{"message", false, err}
	}
	if err := w.Close(); err != nil {
		return step{"message", true, err}
	}
	c.Quit() // the message is accepted; how the goodbye goes does not matter
	return nil
}

func (s *SMTP) dial(ctx context.Context, host string) (net.Conn, error) {
	if s.cfg.TLS == "tls" {
		return (&tls.Dialer{Config: s.tls(host)}).DialContext(ctx, "tcp", s.cfg.Server)
	}
	return new(net.Dialer).DialContext(ctx, "tcp", s.cfg.Server)
}

func (s *SMTP) tls(host string) *tls.Config {
	return &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, RootCAs: s.roots}
}
