package app

import (
	"context"
	"fmt"
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/page"
	"cliffhanger/internal/platform/blob"
	"cliffhanger/viewer/account/inbox"
)

const (
	alarmsEvery = time.Minute
	goneFor     = 7 * 24 * time.Hour // a node silent that long was taken away
)

// watchAlarms tells operators what this node sees wrong with the house, until ctx
// ends. Every node does: who is first makes the item, and nobody makes a second.
func (a *App) watchAlarms(ctx context.Context) error {
	tick := time.NewTicker(alarmsEvery)
	defer tick.Stop()
	for {
		if err := a.lookForAlarms(ctx); err != nil && ctx.Err() == nil {
			a.Log.Warn("the house could not be looked over; the next look catches up", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// lookForAlarms looks once.
func (a *App) lookForAlarms(ctx context.Context) error {
	free, total, err := blob.Free(a.Config.Data)
	if err != nil {
		return err
	}
	dead, err := a.Bus.DeadLetters(ctx, page.Request{Limit: 100})
	if err != nil {
		return err
	}
	nodes, err := a.Media.Nodes(ctx)
	if err != nil {
		return err
	}
	behind, err := a.Audit.Behind(ctx)
	if err != nil {
		return err
	}
	late, err := a.Review.Overdue(ctx)
	if err != nil {
		return err
	}
	seen := []inbox.Observation{reviewsSeen(late), diskSeen(a.Config.Node, free, a.Config.Media.Spared(total)), deadSeen(len(dead.Items), dead.Next != ""), logSeen(behind)}
	if len(dead.Items) > 0 {
		seen[2].Fresh = dead.Items[0].FailedAt
	}
	now := a.Clock.Now()
	for _, n := range nodes {
		silent := now.Sub(n.SeenAt)
		if n.Name != a.Config.Node {
			seen = append(seen, nodeSeen(n.Name, silent > a.Config.Media.NodeLife && silent < goneFor))
		}
	}
	return a.Inbox.Observe(ctx, actor.OfSystem("alarms"), seen...)
}

func ofHouse(key, kind string, s event.Severity, en, zh string) event.Matter {
	return event.Matter{Key: "system/" + key, Kind: "system." + kind, Severity: s, Link: "/console/system",
		Title: map[string]string{"en": en, "zh-CN": zh}, For: event.Audience{Roles: []actor.Role{actor.Operator}}}
}

// diskSeen is an alarm once uploads and encodes wait for room, and work while
// less than twice that is free.
func diskSeen(node string, free, least int64) inbox.Observation {
	m := ofHouse("disk/"+node, "disk", event.Work, "The disk of "+node+" is filling up", node+" 的磁盘空间不多了")
	if free < least {
		m = ofHouse("disk/"+node, "disk", event.Alarm, "The disk of "+node+" is full: uploads and encodes wait", node+" 的磁盘已满，上传和转码暂停")
	}
	return inbox.Observation{Matter: m, Holds: free < 2*least}
}

func deadSeen(n int, more bool) inbox.Observation {
	en, zh := fmt.Sprintf("%d failed messages wait", n), fmt.Sprintf("%d 条失败消息等待处理", n)
	if n == 1 {
		en = "A failed message waits"
	}
	if more {
		en, zh = fmt.Sprintf("More than %d failed messages wait", n), fmt.Sprintf("超过 %d 条失败消息等待处理", n)
	}
	return inbox.Observation{Matter: ofHouse("dead-letters", "dead_letters", event.Work, en, zh), Holds: n > 0}
}

func nodeSeen(node string, silent bool) inbox.Observation {
	return inbox.Observation{Matter: ofHouse("node/"+node, "node", event.Alarm, "The node "+node+" is not heard of any more", "节点 "+node+" 失去联系"), Holds: silent}
}

// logLate is how long a fact may wait to be entered into the public log.
const logLate = 2 * time.Minute

func logSeen(behind time.Duration) inbox.Observation {
	return inbox.Observation{Matter: ofHouse("log", "log", event.Alarm,
		"The public log is not being written: no node has its key, or storage is away", "公开日志停写了：没有节点持有它的密钥，或者存储不可用"), Holds: behind > logLate}
}

// reviewsSeen tells those who could have decided that versions wait too long.
func reviewsSeen(late int) inbox.Observation {
	en, zh := fmt.Sprintf("%d reviews are late", late), fmt.Sprintf("%d 个审核已超时", late)
	if late == 1 {
		en = "A review is late"
	}
	return inbox.Observation{Holds: late > 0, Matter: event.Matter{Key: "system/reviews", Kind: "system.reviews", Severity: event.Alarm, Link: "/console/reviews",
		Title: map[string]string{"en": en, "zh-CN": zh}, For: event.Audience{Roles: []actor.Role{actor.Reviewer, actor.Editor, actor.Operator}}}}
}
