package playback

import (
	"testing"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
)

func at(account id.Account, profile id.Profile, device id.Device) actor.Actor {
	return actor.Actor{Kind: actor.Viewer, Account: account, Profile: profile, Device: device}
}

func TestAMessageReachesWhomItIsAddressedTo(t *testing.T) {
	t.Parallel()
	var h hub
	streams := map[string]*listener{}
	for name, by := range map[string]actor.Actor{
		"phone": at("acc_1", "prf_1", "dev_phone"), "tv": at("acc_1", "prf_1", "dev_tv"),
		"kid": at("acc_1", "prf_2", "dev_kid"), "stranger": at("acc_2", "prf_3", "dev_x"),
	} {
		streams[name], _, _ = h.join(by)
	}
	for _, c := range []struct {
		to   address
		want []string
	}{
		{address{}, []string{"phone", "tv", "kid"}},
		{address{Profile: "prf_1"}, []string{"phone", "tv"}},
		{address{Device: "dev_kid"}, []string{"kid"}},
		{address{Except: "dev_phone"}, []string{"tv", "kid"}},
		{address{Device: "dev_x"}, nil},
	} {
		h.tell("acc_1", c.to, &message{}, false)
		got := 0
		for _, s := range streams {
			got += len(s.messages)
		}
		for _, name := range c.want {
			if len(streams[name].messages) != 1 {
				t.Errorf("%+v: %s hears nothing", c.to, name)
			}
		}
		if got != len(c.want) {
			t.Errorf("%+v: %d hear it, want %v", c.to, got, c.want)
		}
		for _, s := range streams {
			for len(s.messages) > 0 {
				<-s.messages
			}
		}
	}
	h.tellAll(&message{})
	for name, s := range streams {
		if len(s.messages) != 1 {
			t.Errorf("%s does not hear what is for everybody", name)
		}
	}
}

func TestASlowStreamIsEndedAlone(t *testing.T) {
	t.Parallel()
	var h hub
	slow, _, _ := h.join(at("acc_1", "prf_1", "dev_1"))
	quick, leave, _ := h.join(at("acc_1", "prf_1", "dev_2"))
	for range backlog + 1 {
		h.tell("acc_1", address{}, &message{Name: "position"}, false)
		<-quick.messages
	}
	for range backlog {
		<-slow.messages
	}
	if _, open := <-slow.messages; open {
		t.Fatal("the slow stream goes on")
	}
	leave()
	leave() // a stream that was ended leaves too
	if len(h.accounts) != 0 {
		t.Fatalf("kept: %v", h.accounts)
	}
}

func TestTheLastMessageIsHeardAndEndsTheStream(t *testing.T) {
	t.Parallel()
	var h hub
	goes, _, _ := h.join(at("acc_1", "prf_1", "dev_1"))
	stays, _, _ := h.join(at("acc_1", "prf_1", "dev_2"))
	h.tell("acc_1", address{Device: "dev_1"}, &message{Name: "stop"}, true)
	if m, open := <-goes.messages; !open || m.Name != "stop" {
		t.Fatalf("%v %v", m, open)
	}
	if _, open := <-goes.messages; open {
		t.Fatal("it goes on")
	}
	h.tell("acc_1", address{}, &message{}, false)
	if len(stays.messages) != 1 {
		t.Fatal("the other stream ended too")
	}
}

func TestAnAccountKeepsABoundedNumberOfStreamsOpen(t *testing.T) {
	t.Parallel()
	var h hub
	var last func()
	for range mostStreams {
		_, leave, err := h.join(at("acc_1", "prf_1", "dev_1"))
		if err != nil {
			t.Fatal(err)
		}
		last = leave
	}
	if _, _, err := h.join(at("acc_1", "prf_1", "dev_1")); fault.KindOf(err) != fault.Exhausted {
		t.Fatal(err)
	}
	if _, _, err := h.join(at("acc_2", "prf_2", "dev_2")); err != nil {
		t.Fatal(err)
	}
	last()
	if _, _, err := h.join(at("acc_1", "prf_1", "dev_1")); err != nil {
		t.Fatal(err)
	}
}
