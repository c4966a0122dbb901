package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	netmail "net/mail"
	"strings"
	"time"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/platform/obs"
)

// Message is one mail to one person.
type Message struct {
	To      string // an address, or "Name <address>"
	Subject string // any language; one line
	Text    string // what everybody can read
	HTML    string // the same again, or ""
}

// Sender sends. An error means that the message may not have left; sending
// again may deliver it twice.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Config says which server sends the mail.
type Config struct {
	Server   string        `help:"SMTP server, host:port; log writes mail to the log, to try things out; empty sends none."`
	TLS      string        `help:"starttls, tls (from the first byte), or none (only for a server on this machine or with no password)."`
	User     string        `help:"Name to sign in with."`
	Password obs.Secret    `help:"Password to sign in with."`
	From     string        `help:"Sender, Name <address>."`
	Timeout  time.Duration `help:"Longest time one mail may take."`
}

// Default sends no mail.
func Default() Config {
	return Config{TLS: "starttls", From: "Cliffhanger <no-reply@localhost>", Timeout: 30 * time.Second}
}

// Validate lists everything that is wrong with the configuration.
func (c Config) Validate() error {
	if c.Server == "" || c.Server == ToLog {
		return nil
	}
	var errs []error
	host, _, err := net.SplitHostPort(c.Server)
	if err != nil {
		errs = append(errs, fmt.Errorf("server %q: want host:port", c.Server))
	}
	switch c.TLS {
	case "starttls", "tls":
	case "none":
		if c.Password.Set() && !isLocal(host) {
			errs = append(errs, errors.New("tls: none would send the password readable over the network"))
		}
	default:
		errs = append(errs, fmt.Errorf("tls %q: want starttls, tls or none", c.TLS))
	}
	if _, err := netmail.ParseAddress(c.From); err != nil {
		errs = append(errs, fmt.Errorf("from %q: want Name <address>", c.From))
	}
	if c.Timeout <= 0 {
		errs = append(errs, errors.New("timeout: must be positive"))
	}
	return errors.Join(errs...)
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// ToLog is the server of a node that only writes mail to its log.
const ToLog = "log"

// New is the sender the configuration asks for, nil if it asks for none.
func New(c Config, log *slog.Logger) (Sender, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	switch c.Server {
	case "":
		return nil, nil
	case ToLog:
		return Log{log}, nil
	}
	return &SMTP{cfg: c, clock: clock.System}, nil
}

// Log is the sender of a node that tries things out. The text is shown in full:
// it holds the link somebody waits for.
type Log struct{ Logger *slog.Logger }

// Send writes m to the log, after the checks a server's message would pass.
func (l Log) Send(ctx context.Context, m Message) error {
	if _, err := recipient(m); err != nil {
		return err
	}
	l.Logger.InfoContext(ctx, "mail written here and not sent", "to", m.To, "subject", m.Subject, "text", m.Text)
	return nil
}
