package playback

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
)

// Screen is a device by the name its owner knows it by.
type Screen struct {
	Device id.Device `json:"device_id"`
	Name   string    `json:"name"`
}

// State is what a player is doing.
type State string

const (
	Idle    State = "idle"
	Playing State = "playing"
	Paused  State = "paused"
	Ended   State = "ended"
)

// Showing is what a device says of itself. The house checks its form and
// believes the rest: it is shown to the devices of the same account alone.
type Showing struct {
	State      State      `json:"state" enum:"idle,playing,paused,ended"`
	Episode    id.Episode `json:"episode_id,omitempty" maxLength:"64"`
	Drama      id.Drama   `json:"drama_id,omitempty" maxLength:"64"`
	Title      string     `json:"title,omitempty" maxLength:"300"`
	Number     int        `json:"number,omitempty" minimum:"0" maximum:"100000"`
	Poster     string     `json:"poster,omitempty" maxLength:"2048" doc:"an address on this site, or a whole one"`
	PositionMS int64      `json:"position_ms,omitempty" minimum:"0" maximum:"172800000"`
	DurationMS int64      `json:"duration_ms,omitempty" minimum:"0" maximum:"172800000"`
	Volume     *int       `json:"volume,omitempty" minimum:"0" maximum:"100"`
	Answers    id.Command `json:"answers,omitempty" maxLength:"64" doc:"the command this is the answer to"`
	Refusal    *Obstacle  `json:"refusal,omitempty" doc:"why the command could not be obeyed"`
}

// Obstacle is why a device could not do what it was asked.
type Obstacle struct {
	Code    string `json:"code" maxLength:"64"`
	Message string `json:"message" maxLength:"300"`
}

// Player is a device of an account that has the app open.
type Player struct {
	Device id.Device `json:"device_id"`
	Name   string    `json:"name"`
	Form   string    `json:"form" enum:"phone,tablet,tv,desktop"`
	Showing
	At time.Time `json:"at" doc:"the server's clock"`
}

// tidy brings what a device says into a form that others may show.
func (w Showing) tidy() (Showing, error) {
	w.Title = line(w.Title)
	if w.Refusal != nil {
		w.Refusal = &Obstacle{line(w.Refusal.Code), line(w.Refusal.Message)}
	}
	for _, scheme := range []string{"/", "https://", "http://"} {
		if w.Poster == "" || strings.HasPrefix(w.Poster, scheme) {
			return w, nil
		}
	}
	return w, errPlayer.With(fault.Field{Path: "poster", Code: "address", Msg: "begins with / or https://"})
}

// line makes one line of s.
func line(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }), " ")
}

// Kind is what a command asks for.
type Kind string

const (
	Play      Kind = "play"
	PauseIt   Kind = "pause"
	Resume    Kind = "resume"
	SeekTo    Kind = "seek"
	Next      Kind = "next"
	Previous  Kind = "previous"
	Volume    Kind = "volume"
	BringBack Kind = "bring_back" // pause, and say where: the one that asks goes on from there
)

// Ask is what one device wants of another.
type Ask struct {
	Kind            Kind       `json:"kind" enum:"play,pause,resume,seek,next,previous,volume,bring_back"`
	Episode         id.Episode `json:"episode_id,omitempty" maxLength:"64" doc:"of play; of seek, if it is meant for that episode alone"`
	PositionMS      *int64     `json:"position_ms,omitempty" minimum:"0" maximum:"172800000" doc:"of seek; of play, the beginning without it"`
	PositionVersion int64      `json:"position_version,omitempty" minimum:"0" doc:"of the position the asking device knows"`
	Volume          *int       `json:"volume,omitempty" minimum:"0" maximum:"100" doc:"of volume"`
}

// Command is an ask on its way to a device.
type Command struct {
	ID     id.Command `json:"id"`
	From   Screen     `json:"from"`
	Person string     `json:"person,omitempty"` // whose profile asks, where it has a name
	Ask
	At time.Time `json:"at"`
}

// parts says for each kind which fields it needs and which it may have.
var parts = map[Kind]struct{ needs, takes []string }{
	Play:      {needs: []string{"episode_id"}, takes: []string{"position_ms"}},
	SeekTo:    {needs: []string{"position_ms"}, takes: []string{"episode_id"}},
	Volume:    {needs: []string{"volume"}},
	PauseIt:   {},
	Resume:    {},
	Next:      {},
	Previous:  {},
	BringBack: {},
}

// check refuses an ask whose fields do not fit its kind.
func (a Ask) check() error {
	fits, known := parts[a.Kind]
	if !known {
		return errCommand.With(fault.Field{Path: "kind", Code: "unknown", Msg: "is not a command"})
	}
	var bad []fault.Field
	for _, f := range []struct {
		path  string
		there bool
		sound bool
	}{
		{"episode_id", a.Episode != "", a.Episode == "" || isEpisode(a.Episode)},
		{"position_ms", a.PositionMS != nil, a.PositionMS == nil || *a.PositionMS >= 0},
		{"volume", a.Volume != nil, a.Volume == nil || *a.Volume >= 0 && *a.Volume <= 100},
	} {
		needed := slices.Contains(fits.needs, f.path)
		switch {
		case needed && !f.there:
			bad = append(bad, fault.Field{Path: f.path, Code: "required", Msg: "is required"})
		case f.there && !needed && !slices.Contains(fits.takes, f.path):
			bad = append(bad, fault.Field{Path: f.path, Code: "out_of_place", Msg: "does not go with this command"})
		case !f.sound:
			bad = append(bad, fault.Field{Path: f.path, Code: "invalid", Msg: "is out of range"})
		}
	}
	if bad != nil {
		return errCommand.With(bad...)
	}
	return nil
}

func isEpisode(e id.Episode) bool {
	_, err := id.Parse[id.Episode](string(e))
	return err == nil
}
