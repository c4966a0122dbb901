package mail

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"time"

	"cliffhanger/internal/kernel/fault"
)

var (
	errAddress = fault.New(fault.Invalid, "mail.address_invalid", "This is not an e-mail address.")
	errHeader  = fault.New(fault.Invalid, "mail.subject_invalid", "The subject of a mail is one line.")
)

// recipient checks what comes from outside: a line break in a header would let
// its author write headers and bodies of his own.
func recipient(m Message) (*netmail.Address, error) {
	to, err := netmail.ParseAddress(m.To)
	if err != nil || strings.ContainsAny(to.Address, "\r\n\x00 <>") {
		return nil, errAddress.Because(err)
	}
	if strings.ContainsAny(m.Subject, "\r\n\x00") {
		return nil, errHeader
	}
	return to, nil
}

// compose writes m as RFC 5322 with MIME: UTF-8 throughout, quoted-printable
// bodies, text and HTML as alternatives.
func compose(from, to *netmail.Address, m Message, now time.Time) ([]byte, error) {
	var b bytes.Buffer
	_, domain, _ := strings.Cut(from.Address, "@")
	for _, h := range [][2]string{
		{"From", from.String()},
		{"To", to.String()},
		{"Subject", mime.QEncoding.Encode("utf-8", m.Subject)},
		{"Date", now.Format("Mon, 02 Jan 2006 15:04:05 -0700")},
		{"Message-ID", "<" + rand.Text() + "@" + domain + ">"},
		{"MIME-Version", "1.0"},
		{"Auto-Submitted", "auto-generated"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	if m.HTML == "" {
		b.WriteString("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
		err := encode(&b, m.Text)
		return b.Bytes(), err
	}
	parts := multipart.NewWriter(&b)
	fmt.Fprintf(&b, "Content-Type: multipart/alternative; boundary=%s\r\n\r\n", parts.Boundary())
	for _, p := range [][2]string{{"text/plain", m.Text}, {"text/html", m.HTML}} {
		w, err := parts.CreatePart(textproto.MIMEHeader{
			"Content-Type": {p[0] + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"},
		})
		if err != nil {
			return nil, err
		}
		if err := encode(w, p[1]); err != nil {
			return nil, err
		}
	}
	if err := parts.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func encode(w io.Writer, text string) error {
	q := quotedprintable.NewWriter(w)
	if _, err := q.Write([]byte(strings.ReplaceAll(text, "\r\n", "\n"))); err != nil {
		return err
	}
	return q.Close()
}
