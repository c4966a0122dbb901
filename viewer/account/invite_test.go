package account

import (
	"context"
	"errors"
	"strings"
	"testing"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/platform/mail"
)

// postbox keeps what is sent, or refuses it.
type postbox struct {
	got    []mail.Message
	refuse error
}

func (p *postbox) Send(_ context.Context, m mail.Message) error {
	if p.refuse == nil {
		p.got = append(p.got, m)
	}
	return p.refuse
}

func TestAPasswordLinkIsMailedWhereThereIsAServer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		boss := h.hire(t, "boss@lantern.example", OperatorOrg, actor.Admin)
		b := h.browser(t)
		b.Do("POST", "/api/console/v1/sessions", `{"email":"boss@lantern.example","password":"`+goodPassword+`"}`)
		ask := func() map[string]any {
			return b.Do("POST", "/api/console/v1/staff", `{"name":"Mei","email":"mei@lantern.example","roles":["producer"],"organisation_id":"`+string(boss.Org.ID)+`"}`)
		}
		renew := func(id any) map[string]any {
			return b.Do("POST", "/api/console/v1/staff/"+id.(string)+"/password-link", "", "Accept-Language", "zh-CN")
		}

		hired := ask()
		if hired["mailed"] != false {
			t.Errorf("without a server the answer says %v", hired["mailed"])
		}
		box := &postbox{}
		h.mail = box
		again := renew(hired["id"])
		if again["mailed"] != true || len(box.got) != 1 {
			t.Fatalf("the answer says mailed: %v, and %d mails left", again["mailed"], len(box.got))
		}
		m := box.got[0]
		if m.To != "mei@lantern.example" || m.Subject != letters["zh-CN"].subject || !strings.Contains(m.Text, again["password_link"].(string)) || !strings.Contains(m.Text, "Mei") {
			t.Errorf("sent %+v", m)
		}
		h.mail = &postbox{refuse: errors.New("down")}
		if last := renew(hired["id"]); last["mailed"] != false || last["password_link"] == "" {
			t.Errorf("with a server that is down the answer is %v", last)
		}
	})
}
