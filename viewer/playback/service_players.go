package playback

import (
	"cmp"
	"context"
	"encoding/json"
	"sync"
	"time"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
)

// patience is how long a device may take to answer a command.
const patience = 5 * time.Second

var (
	errPlayer  = fault.New(fault.Invalid, "playback.player_invalid", "The player's state cannot be shown. See the fields.")
	errCommand = fault.New(fault.Invalid, "playback.command_invalid", "The command and what came with it do not fit. See the fields.")
	errDevice  = fault.New(fault.NotFound, "playback.device_unknown", "This is no other device of yours. Sign it in first, or choose another.")
)

// Call asks the account's other devices what they are doing; they answer with
// SayPlayer, on their own streams. Nothing is kept about who is there.
func (s *Service) Call(ctx context.Context, by actor.Actor) error {
	if err := viewer(by); err != nil {
		return err
	}
	return s.send(ctx, by.Account, letter{message: *compose("call", struct{}{}), To: address{Except: by.Device}})
}

// SayPlayer tells the account's other devices what this one is doing, and whoever
// waits for the answer to a command that it has come.
func (s *Service) SayPlayer(ctx context.Context, by actor.Actor, w Showing) error {
	if err := viewer(by); err != nil {
		return err
	}
	w, err := w.tidy()
	if err != nil {
		return err
	}
	screen, form, err := s.screen(ctx, by.Account, by.Device)
	if err != nil {
		return err
	}
	p := Player{Device: screen.Device, Name: screen.Name, Form: form, Showing: w, At: s.Clock.Now()}
	return s.send(ctx, by.Account, letter{message: *compose("player", p), To: address{Except: by.Device}, From: by.Device, Answers: w.Answers})
}

// Command asks a device of the account for something and answers what it says to
// it. A device that does not say anything in time has done nothing, or the house
// does not know: nothing was moved here.
func (s *Service) Command(ctx context.Context, by actor.Actor, device id.Device, ask Ask) (id.Command, Player, error) {
	if err := viewer(by); err != nil {
		return "", Player{}, err
	}
	if device == by.Device {
		return "", Player{}, errDevice
	}
	if err := ask.check(); err != nil {
		return "", Player{}, err
	}
	to, _, err := s.screen(ctx, by.Account, device)
	if err != nil {
		return "", Player{}, err
	}
	from, _, err := s.screen(ctx, by.Account, by.Device)
	if err != nil {
		return "", Player{}, err
	}
	if err := s.clamp(ctx, by, &ask); err != nil {
		return "", Player{}, err
	}
	person, err := s.Household.Person(ctx, by)
	if err != nil {
		return "", Player{}, err
	}
	c := Command{ID: id.New[id.Command](), From: from, Person: person, Ask: ask, At: s.Clock.Now()}
	p, err := s.ask(ctx, by.Account, to, c)
	return c.ID, p, err
}

// clamp lets no command point behind the end of its episode, or to one that
// cannot be watched.
func (s *Service) clamp(ctx context.Context, by actor.Actor, ask *Ask) error {
	if ask.Episode == "" {
		return nil
	}
	found, err := s.Episodes.Watchable(ctx, by, []id.Episode{ask.Episode}, "", s.Clock.Now())
	if err != nil {
		return err
	}
	w, ok := found[ask.Episode]
	if !ok {
		return errGone
	}
	var at int64
	if ask.PositionMS != nil {
		at = min(*ask.PositionMS, w.Length.Milliseconds())
	}
	ask.PositionMS = &at
	return nil
}

// ask sends a command and waits for its answer.
func (s *Service) ask(ctx context.Context, account id.Account, to Screen, c Command) (Player, error) {
	answer, leave := s.asked.expect(c.ID, account, to.Device)
	defer leave()
	name := cmp.Or(to.Name, "The device")
	silent := fault.New(fault.Unavailable, "playback.device_silent", "%s did not answer. Nothing was moved.", name)
	if err := s.send(ctx, account, letter{message: *compose("command", c), To: address{Device: to.Device}, From: c.From.Device}); err != nil {
		return Player{}, silent.Because(err)
	}
	late := time.NewTimer(s.patience)
	defer late.Stop()
	select {
	case p := <-answer:
		if p.Refusal != nil {
			return p, fault.New(fault.Conflict, "playback.device_refused", "%s: %s", name, p.Refusal.Message)
		}
		return p, nil
	case <-late.C:
		return Player{}, silent
	case <-ctx.Done():
		return Player{}, ctx.Err() // whoever asked has gone
	}
}

// screen is a device of the account.
func (s *Service) screen(ctx context.Context, account id.Account, device id.Device) (Screen, string, error) {
	if _, err := id.Parse[id.Device](string(device)); err != nil {
		return Screen{}, "", errDevice.Because(err)
	}
	name, form, ok, err := s.Household.Named(ctx, account, device)
	if err == nil && !ok {
		err = errDevice
	}
	return Screen{device, name}, form, err
}

// asked are the commands this node waits to have answered.
type asked struct {
	mu      sync.Mutex
	waiting map[id.Command]waiter
}

type waiter struct {
	account id.Account
	device  id.Device
	answer  chan Player
}

func (a *asked) expect(c id.Command, account id.Account, device id.Device) (answer <-chan Player, leave func()) {
	w := waiter{account, device, make(chan Player, 1)}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.waiting == nil {
		a.waiting = map[id.Command]waiter{}
	}
	a.waiting[c] = w
	return w.answer, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.waiting, c)
	}
}

// answer takes the first answer of the device that was asked; others, and those
// to a command nobody waits for any more, are nothing.
func (a *asked) answer(account id.Account, l letter) {
	a.mu.Lock()
	defer a.mu.Unlock()
	w, ok := a.waiting[l.Answers]
	if !ok || w.account != account || w.device != l.From {
		return
	}
	var p Player
	if json.Unmarshal(l.Data, &p) == nil {
		w.answer <- p // it holds one, and is asked once
		delete(a.waiting, l.Answers)
	}
}
