package mail

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/internal/kernel/fault"
)

// server is a small SMTP server for one test. It speaks a conversation per
// connection and keeps what it was told.
type server struct {
	listener net.Listener
	tls      *tls.Config
	implicit bool
	startTLS bool
	auth     bool
	replies  map[string]string // by verb, instead of 250
	silent   bool
	got      chan delivery
}

type delivery struct {
	from, to, login string
	secure          bool
	data            string
}

// pair is a certificate for 127.0.0.1 and the pool that trusts it.
func pair(t *testing.T) (*tls.Config, *x509.CertPool) {
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return &tls.Config{Certificates: s.TLS.Certificates}, pool
}

func serve(t *testing.T, s *server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.listener, s.got = l, make(chan delivery, 4)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { conn.Close() })
			go s.talk(conn)
		}
	}()
	return l.Addr().String()
}

func (s *server) talk(conn net.Conn) {
	defer conn.Close()
	var d delivery
	if s.implicit {
		conn, d.secure = tls.Server(conn, s.tls), true
	}
	if s.silent {
		io.Copy(io.Discard, conn)
		return
	}
	r := bufio.NewReader(conn)
	say := func(line string) { io.WriteString(conn, line+"\r\n") }
	say("220 test ESMTP")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		verb, rest, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		if reply, ok := s.replies[verb]; ok {
			say(reply)
			continue
		}
		if verb == "STARTTLS" && !s.startTLS {
			verb = "NOT OFFERED"
		}
		switch verb {
		case "EHLO":
			offers := []string{"250-test"}
			if s.startTLS && !d.secure {
				offers = append(offers, "250-STARTTLS")
			}
			if s.auth {
				offers = append(offers, "250-AUTH PLAIN")
			}
			say(strings.Join(append(offers, "250 8BITMIME"), "\r\n"))
		case "STARTTLS":
			say("220 go")
			conn, d.secure = tls.Server(conn, s.tls), true
			r = bufio.NewReader(conn)
		case "AUTH":
			d.login = rest
			say("235 ok")
		case "MAIL":
			d.from = rest
			say("250 ok")
		case "RCPT":
			d.to = rest
			say("250 ok")
		case "DATA":
			say("354 go")
			var b strings.Builder
			for {
				line, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				b.WriteString(strings.TrimPrefix(line, "."))
			}
			d.data = b.String()
			if reply, ok := s.replies["MESSAGE"]; ok {
				say(reply)
				continue
			}
			say("250 kept")
			s.got <- d
		case "QUIT":
			say("221 bye")
			return
		default:
			say("502 what")
		}
	}
}

func sender(addr, mode string, roots *x509.CertPool) *SMTP {
	c := Default()
	c.Server, c.TLS, c.From = addr, mode, "短剧 <no-reply@cliffhanger.example>"
	return &SMTP{cfg: c, clock: clock.NewFake(time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)), roots: roots}
}

var hello = Message{To: "林导 <lin@studio.example>", Subject: "设置密码 · Set your password", Text: "Open\n.\n.dot\nhttps://x/#token=é\n", HTML: "<p>打开 & go</p>"}

func TestAMailArrivesAsItWasMeant(t *testing.T) {
	t.Parallel()
	conf, pool := pair(t)
	for mode, s := range map[string]*server{
		"starttls": {tls: conf, startTLS: true, auth: true}, "tls": {tls: conf, implicit: true, auth: true}, "none": {},
	} {
		m := sender(serve(t, s), mode, pool)
		if mode != "none" {
			m.cfg.User, m.cfg.Password = "me", "hunter2"
		}
		if err := m.Send(t.Context(), hello); err != nil {
			t.Errorf("%s: %v", mode, err)
			continue
		}
		d := <-s.got
		if !strings.HasPrefix(d.from, "FROM:<no-reply@cliffhanger.example>") || d.to != "TO:<lin@studio.example>" || d.secure != (mode != "none") || (d.login != "") != (mode != "none") {
			t.Errorf("%s: %+v", mode, d)
		}
		checkMail(t, d.data)
	}
}

func checkMail(t *testing.T, data string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	words := new(mime.WordDecoder)
	subject, err := words.DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != hello.Subject {
		t.Errorf("subject %q (%v)", subject, err)
	}
	if to, err := m.Header.AddressList("To"); err != nil || to[0].Name != "林导" {
		t.Errorf("to %v (%v)", to, err)
	}
	if at, err := m.Header.Date(); err != nil || at.Unix() != time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC).Unix() {
		t.Errorf("date %v (%v)", at, err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	got := map[string]string{}
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			break
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Error(err)
		}
		got[p.Header.Get("Content-Type")] = strings.ReplaceAll(string(body), "\r\n", "\n")
	}
	want := map[string]string{"text/plain; charset=utf-8": hello.Text, "text/html; charset=utf-8": hello.HTML}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for _, line := range strings.Split(data, "\r\n") {
		if len(line) > 998 || strings.Contains(line, "\n") {
			t.Errorf("a line RFC 5322 forbids: %q", line)
		}
	}
}

func TestHeadersCannotBeSmuggledIn(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	l := Log{slog.New(slog.NewTextHandler(&log, nil))}
	s := &server{}
	m := sender(serve(t, s), "none", nil)
	for name, msg := range map[string]Message{
		"subject":     {To: "a@b.example", Subject: "Hi\r\nBcc: all@b.example"},
		"recipient":   {To: "a@b.example\r\nRCPT TO:<c@d.example>", Subject: "Hi"},
		"quoted":      {To: "\"a\r\nx\"@b.example", Subject: "Hi"},
		"two of them": {To: "a@b.example, c@d.example", Subject: "Hi"},
		"nobody":      {Subject: "Hi"},
	} {
		for _, to := range []Sender{m, l} {
			if err := to.Send(t.Context(), msg); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s by %T: %v", name, to, err)
			}
		}
	}
	if log.Len() > 0 || len(s.got) > 0 {
		t.Errorf("something was sent: %s", &log)
	}
}

func TestAServerThatRefusesIsToldFromOneThatCannot(t *testing.T) {
	t.Parallel()
	conf, pool := pair(t)
	for name, c := range map[string]struct {
		s    *server
		mode string
		user string
		code string
	}{
		"no such mailbox":    {&server{replies: map[string]string{"RCPT": "550 unknown"}}, "none", "", "mail.refused"},
		"mailbox busy":       {&server{replies: map[string]string{"RCPT": "450 later"}}, "none", "", "mail.server_unavailable"},
		"message refused":    {&server{replies: map[string]string{"MESSAGE": "554 spam"}}, "none", "", "mail.refused"},
		"wrong password":     {&server{tls: conf, implicit: true, auth: true, replies: map[string]string{"AUTH": "535 no"}}, "tls", "me", "mail.server_unavailable"},
		"no STARTTLS":        {&server{}, "starttls", "", "mail.server_unavailable"},
		"stranger's TLS":     {&server{tls: conf, implicit: true}, "tls strange", "", "mail.server_unavailable"},
		"speaks another way": {&server{replies: map[string]string{"MAIL": "nonsense"}}, "none", "", "mail.server_unavailable"},
	} {
		mode, strange := strings.CutSuffix(c.mode, " strange")
		m := sender(serve(t, c.s), mode, pool)
		if strange {
			m.roots = x509.NewCertPool()
		}
		m.cfg.User, m.cfg.Password = c.user, "hunter2"
		err := m.Send(t.Context(), hello)
		if err == nil || fault.Of(err).Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the error holds the password", name)
		}
	}
	closed := sender(serve(t, &server{}), "none", nil)
	closed.cfg.Server = "127.0.0.1:1"
	if err := closed.Send(t.Context(), hello); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestASilentServerDoesNotHoldTheCaller(t *testing.T) {
	t.Parallel()
	s := &server{silent: true}
	m := sender(serve(t, s), "none", nil)
	m.cfg.Timeout = 20 * time.Millisecond
	if err := m.Send(t.Context(), hello); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("timeout: %v", err)
	}
	m.cfg.Timeout = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := m.Send(ctx, hello); !errors.Is(err, context.Canceled) && fault.KindOf(err) != fault.Unavailable {
		t.Errorf("given up: %v", err)
	}
}

func TestMailGoesToTheLogWhereThatIsAsked(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := Default()
	if s, err := New(c, slog.New(slog.DiscardHandler)); s != nil || err != nil {
		t.Errorf("without a server there is a sender %v, %v", s, err)
	}
	c.Server = ToLog
	s, err := New(c, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), hello); err != nil || !strings.Contains(log.String(), "https://x/#token") {
		t.Errorf("%v: %s", err, &log)
	}
}

func TestConfigNamesEveryMistake(t *testing.T) {
	t.Parallel()
	err := Config{Server: "mail.example", TLS: "ssl", From: "me", Timeout: 0}.Validate()
	for _, want := range []string{"mail.example", "ssl", "from", "timeout"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %s in: %v", want, err)
		}
	}
	open := Default()
	open.Server, open.TLS, open.Password = "mail.example:25", "none", "x"
	if err := open.Validate(); err == nil {
		t.Error("a password in the clear was accepted")
	}
	open.Server = "127.0.0.1:25"
	if err := open.Validate(); err != nil {
		t.Errorf("a local server: %v", err)
	}
}

func FuzzCompose(f *testing.F) {
	f.Add("a@b.example", "Hi", "text")
	f.Add("名 <a@b.example>", "题目\tx", "\n.\n\r\n")
	from := &netmail.Address{Address: "no-reply@x.example"}
	f.Fuzz(func(t *testing.T, to, subject, text string) {
		m := Message{To: to, Subject: subject, Text: text}
		addr, err := recipient(m)
		if err != nil {
			return
		}
		raw, err := compose(from, addr, m, time.Unix(0, 0).UTC())
		if err != nil {
			t.Fatal(err)
		}
		read, err := netmail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatalf("%v in %q", err, raw)
		}
		if len(read.Header) != 9 {
			t.Fatalf("%d headers in %q", len(read.Header), raw)
		}
	})
}
