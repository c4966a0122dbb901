package inbox

import (
	"fmt"
	"strings"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/platform/mail"
)

// listed is how many items a daily mail names.
const listed = 30

const inboxLink = "/console/inbox"

// phrases are the words of letters in one language.
type phrases struct {
	alarm, work, due, overdue string // before a title
	dueAt, overdueSince       string // a moment
	one, all, these, more     string
	moment                    string
	foot                      string
}

var letters = map[string]phrases{
	"en": {
		alarm: "Alarm: %s", work: "%s", due: "Due soon: %s", overdue: "Overdue: %s",
		dueAt: "due %s", overdueSince: "overdue since %s", moment: "2 Jan 2006, 15:04 MST",
		one: "One matter waits in your inbox", all: "%d matters wait in your inbox", these: "This is open in your inbox:\n\n", more: "… and %d more: %s\n",
		foot: "\nWhat comes by mail, and how often, is set in your inbox:\n%s\n",
	},
	"zh-CN": {
		alarm: "警报：%s", work: "%s", due: "即将到期：%s", overdue: "已逾期：%s",
		dueAt: "截止 %s", overdueSince: "已逾期，原定 %s", moment: "2006年1月2日 15:04 MST",
		one: "您有 1 项待办", all: "您有 %d 项待办", these: "以下事项等待处理：\n\n", more: "……另有 %d 项：%s\n",
		foot: "\n邮件通知的内容和频率可以在待办页面设置：\n%s\n",
	},
}

// headline is the title of an item with what presses about it.
func (p phrases) headline(i Item, title string, now time.Time) string {
	form := p.work
	switch {
	case i.Severity == event.Alarm:
		form = p.alarm
	case !i.Due.IsZero() && !i.Due.After(now):
		form = p.overdue
	case i.Urgent(now):
		form = p.due
	}
	return fmt.Sprintf(form, title)
}

// paragraph is an item in a letter: what, until when, where.
func (s *Service) paragraph(p phrases, i Item, language string, zone *time.Location, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", p.headline(i, i.Title[language], now))
	if !i.Due.IsZero() {
		form := p.dueAt
		if !i.Due.After(now) {
			form = p.overdueSince
		}
		fmt.Fprintf(&b, form+"\n", i.Due.In(zone).Format(p.moment))
	}
	fmt.Fprintf(&b, "%s\n", s.Public+i.Link)
	return b.String()
}

// ofOne is the letter about one item.
func (s *Service) ofOne(i Item, w Wish, now time.Time) mail.Message {
	return s.letter(w, func(p phrases, language string, zone *time.Location) (subject, text string) {
		return p.headline(i, i.Title[language], now), s.paragraph(p, i, language, zone, now)
	})
}

// ofAll is the daily letter about what is open.
func (s *Service) ofAll(open []Found, w Wish, now time.Time) mail.Message {
	return s.letter(w, func(p phrases, language string, zone *time.Location) (subject, text string) {
		subject = p.one
		if len(open) > 1 {
			subject = fmt.Sprintf(p.all, len(open))
		}
		named, text := open[:min(len(open), listed)], p.these
		for _, f := range named {
			text += s.paragraph(p, f.Item, language, zone, now) + "\n"
		}
		if more := len(open) - len(named); more > 0 {
			text += fmt.Sprintf(p.more, more, s.Public+inboxLink)
		}
		return subject, text
	})
}

// letter is written in each language a person may read.
func (s *Service) letter(w Wish, write func(p phrases, language string, zone *time.Location) (subject, text string)) mail.Message {
	zone, err := time.LoadLocation(w.Zone)
	if err != nil {
		zone = time.UTC
	}
	var subjects, texts []string
	for _, language := range w.languages() {
		p := letters[language]
		subject, text := write(p, language, zone)
		subjects, texts = append(subjects, subject), append(texts, text+fmt.Sprintf(p.foot, s.Public+inboxLink))
	}
	return mail.Message{Subject: strings.Join(subjects, " / "), Text: strings.Join(texts, "\n— — —\n\n")}
}
