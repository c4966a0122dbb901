package account

import (
	"context"
	"fmt"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/mail"
)

// mailPatience is how long an operator waits for the mail server; the link is in
// the answer all the same.
const mailPatience = 10 * time.Second

// letter is what a person is sent with a one-time link: their name and the link
// go into the text.
type letter struct{ subject, text string }

var letters = map[string]letter{
	"en": {"Choose your password for the console", `Hello %s,

open this link to choose your password for the console. It works once, within 72 hours:

%s

It is for you alone. If you did not expect it, leave it unopened and tell your operator.
`},
	"zh-CN": {"设置您的管理后台密码", `%s，您好：

请打开下面的链接，设置管理后台的密码。链接 72 小时内有效，只能使用一次：

%s

链接仅供您本人使用。如果您并未等待这封邮件，请不要打开，并告知运营人员。
`},
}

// sendLink mails a person their one-time link, in the language of whoever asked
// for it, and answers whether it left. That it did not is no error: whoever
// asked has the link and hands it over.
func (s *Service) sendLink(ctx context.Context, staff id.Staff, link, locale string) bool {
	if s.mail == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, mailPatience)
	defer cancel()
	who, err := staffByID(ctx, s.db, staff)
	if err == nil {
		l, ok := letters[locale]
		if !ok {
			l = letters["en"]
		}
		err = s.mail.Send(ctx, mail.Message{To: string(who.Email), Subject: l.subject, Text: fmt.Sprintf(l.text, who.Name, link)})
	}
	if err != nil {
		s.log.WarnContext(ctx, "a password link could not be mailed", "staff", staff, "err", err)
	}
	return err == nil
}
