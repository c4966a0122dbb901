package inbox

import (
	"context"
	"strings"
	"unicode/utf8"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/bus"
	"cliffhanger/internal/platform/db"
)

const listener = "inbox"

// Listen hears what capabilities announce; call it before the bus starts.
func (s *Service) Listen() {
	on(s, func(f event.DeadlineSet, m bus.Meta) (string, Signal) {
		return f.Key, Signal{At: m.At, Raised: &f.Matter, Due: f.Due, Fresh: m.At}
	})
	on(s, func(f event.DeadlineWithdrawn, m bus.Meta) (string, Signal) {
		return f.Key, Signal{At: m.At, ForGood: f.ForGood}
	})
	on(s, func(f event.AlarmRaised, m bus.Meta) (string, Signal) {
		return f.Key, Signal{At: m.At, Raised: &f.Matter}
	})
	on(s, func(f event.AlarmCleared, m bus.Meta) (string, Signal) {
		return f.Key, Signal{At: m.At, ForGood: f.ForGood}
	})
	on(s, func(f event.GrantAsked, m bus.Meta) (string, Signal) {
		return grantKey(f.Grant), Signal{At: m.At, Raised: new(asked(f)), Due: f.ExpiresAt}
	})
	on(s, func(f event.GrantEnded, m bus.Meta) (string, Signal) {
		return grantKey(f.Grant), Signal{At: m.At, ForGood: true}
	})
	on(s, func(f event.AssetFailed, m bus.Meta) (string, Signal) {
		return known(f.Org, f.Asset), Signal{At: m.At, Raised: new(failed(f)), Fresh: m.At}
	})
	on(s, func(f event.AssetPlayable, m bus.Meta) (string, Signal) {
		if !f.Blocked {
			return assetKey(f.Asset), Signal{At: m.At}
		}
		return known(f.Org, f.Asset), Signal{At: m.At, Raised: new(blocked(f)), Fresh: m.At}
	})
	on(s, func(f event.AssetDeleted, m bus.Meta) (string, Signal) {
		return assetKey(f.Asset), Signal{At: m.At, ForGood: true}
	})
}

// on hears one kind of fact as a signal about the condition with a key; without one
// it says nothing to anybody.
func on[F bus.Fact](s *Service, read func(F, bus.Meta) (string, Signal)) {
	bus.On(s.Bus, listener, func(ctx context.Context, tx *db.Tx, f F, m bus.Meta) error {
		key, signal := read(f, m)
		if key == "" {
			return nil
		}
		before, err := itemByKey(ctx, tx, key)
		if err != nil {
			return err
		}
		return s.hear(ctx, tx, key, before, signal)
	})
}

// hear writes down what becomes of an item, and mails it to who wants that.
func (s *Service) hear(ctx context.Context, tx *db.Tx, key string, before Item, signal Signal) error {
	if signal.Raised != nil {
		if err := valid(*signal.Raised); err != nil {
			return bus.Permanent(err)
		}
	}
	now := s.Clock.Now()
	after := before.Hear(signal)
	if after.Key = key; after.ID == "" {
		after.ID = id.At[id.Item](now)
	}
	after = moved(before, after, now)
	if rose := after.Severity > before.Severity; news(before, after) && (rose || now.Sub(after.MailedAt) >= quiet) {
		after.MailedAt = now
		if err := s.tell(ctx, tx, after); err != nil {
			return err
		}
	}
	tx.OnCommit(s.changed)
	return saveItem(ctx, tx, after)
}

func grantKey(g id.Grant) string { return "account/" + string(g) }
func assetKey(a id.Asset) string { return "media/" + string(a) }

// known is the key of a file, or none: facts of long ago did not say whose it is.
func known(org id.Org, a id.Asset) string {
	if org == "" {
		return ""
	}
	return assetKey(a)
}

func asked(f event.GrantAsked) event.Matter {
	name := short(f.Name)
	return event.Matter{
		Key: grantKey(f.Grant), Kind: "account.grant", Severity: event.Work, Link: "/console/staff", Binding: true,
		Title: map[string]string{
			"en":    "A role for " + name + " waits for a second administrator",
			"zh-CN": "“" + name + "”的角色等待另一位管理员批准",
		},
		For: event.Audience{Roles: []actor.Role{actor.Admin}, Except: []id.Staff{f.By, f.For}},
	}
}

func failed(f event.AssetFailed) event.Matter {
	name := short(f.Name)
	return ofFile(f.Asset, f.Org, "media.failed", map[string]string{
		"en":    "“" + name + "” could not be prepared",
		"zh-CN": "“" + name + "”处理失败",
	})
}

func blocked(f event.AssetPlayable) event.Matter {
	name := short(f.Name)
	return ofFile(f.Asset, f.Org, "media.blocked", map[string]string{
		"en":    "The checks keep “" + name + "” from viewers",
		"zh-CN": "“" + name + "”未通过质检，观众看不到",
	})
}

func ofFile(a id.Asset, org id.Org, kind string, title map[string]string) event.Matter {
	return event.Matter{
		Key: assetKey(a), Kind: kind, Severity: event.Work, Link: "/console/files?file=" + string(a), Title: title,
		For: event.Audience{Roles: []actor.Role{actor.Producer, actor.Operator}, Org: org},
	}
}

// longestName of a person or a file, in characters.
const longestName = 80

func short(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	if utf8.RuneCountInString(name) > longestName {
		name = string([]rune(name)[:longestName]) + "…"
	}
	if name == "" {
		name = "?"
	}
	return name
}
