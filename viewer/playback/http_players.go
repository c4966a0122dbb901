package playback

import (
	"context"
	"math/rand/v2"
	"net/http"
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/httpx"
)

// playerRoutes are how the devices of an account speak with each other.
func (s *Service) playerRoutes(api *httpx.API, tag string) {
	api.Raw(httpx.Route{ID: "live", Method: "GET", Path: "/api/v1/live", Tag: tag, Long: true, Produces: []string{"text/event-stream"},
		Summary: "Server-sent events: hello, position, catalogue, call, player, command, stop", Who: httpx.Viewer, Limit: httpx.PerActor(60, time.Minute)}, s.getLive)
	httpx.Handle(api, httpx.Route{ID: "call-players", Method: "POST", Path: "/api/v1/players/calls", Tag: tag,
		Summary: "Ask the account's other devices what they are doing", Who: httpx.Viewer, Limit: httpx.PerActor(240, time.Minute)}, s.postCall)
	httpx.Handle(api, httpx.Route{ID: "say-player", Method: "PUT", Path: "/api/v1/players/current", Tag: tag,
		Summary: "Say what this device is doing", Who: httpx.Viewer, Limit: httpx.PerActor(1200, time.Minute)}, s.putPlayer)
	httpx.Handle(api, httpx.Route{ID: "command-player", Method: "POST", Path: "/api/v1/players/{device_id}/commands", Tag: tag,
		Summary: "Ask something of another device and wait for its answer", Who: httpx.Viewer, Limit: httpx.PerActor(600, time.Minute)}, s.postCommand)
}

// getLive keeps a stream of changes open until either side ends it.
func (s *Service) getLive(w http.ResponseWriter, r *http.Request, c httpx.Caller) error {
	if err := viewer(c.Actor); err != nil {
		return err
	}
	l, leave, err := s.hub.join(c.Actor)
	if err != nil {
		return err
	}
	defer leave()
	stream, err := httpx.Stream(w, r)
	if err != nil {
		return err
	}
	defer stream.Close()
	if err := stream.Send("hello", hello{c.Actor.Device, s.Clock.Now()}); err != nil {
		return nil
	}
	over := time.NewTimer(streamLife/2 + rand.N(streamLife/2)) // not all at once
	defer over.Stop()
	for {
		select {
		case <-stream.Done():
			return nil
		case <-over.C:
			return nil
		case m, open := <-l.messages:
			if !open || stream.Send(m.Name, m.Data) != nil {
				return nil // the client starts anew
			}
		}
	}
}

type hello struct {
	Device     id.Device `json:"device_id"`
	ServerTime time.Time `json:"server_time"`
}

func (s *Service) postCall(ctx context.Context, in *callerIn) (*struct{}, error) {
	return nil, s.Call(ctx, in.Actor)
}

type playerIn struct {
	httpx.Caller
	Body Showing
}

func (s *Service) putPlayer(ctx context.Context, in *playerIn) (*struct{}, error) {
	return nil, s.SayPlayer(ctx, in.Actor, in.Body)
}

type commandIn struct {
	httpx.Caller
	Device id.Device `path:"device_id" maxLength:"64"`
	Body   Ask
}

type commandAnswer struct {
	Body struct {
		Command id.Command `json:"command_id"`
		Player  Player     `json:"player"`
	}
}

func (s *Service) postCommand(ctx context.Context, in *commandIn) (*commandAnswer, error) {
	command, player, err := s.Command(ctx, in.Actor, in.Device, in.Body)
	if err != nil {
		return nil, err
	}
	out := &commandAnswer{}
	out.Body.Command, out.Body.Player = command, player
	return out, nil
}
