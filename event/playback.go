package event

import (
	"time"

	"cliffhanger/internal/kernel/id"
)

// EpisodeStarted: a profile began to watch an episode it had not begun before.
type EpisodeStarted struct {
	Account id.Account `json:"account"`
	Profile id.Profile `json:"profile"`
	Drama   id.Drama   `json:"drama"`
	Episode id.Episode `json:"episode"`
	Asset   id.Asset   `json:"asset"`
	At      time.Time  `json:"at"`
}

// EpisodeFinished: a profile reached the end of an episode for the first time.
type EpisodeFinished struct {
	Account id.Account `json:"account"`
	Profile id.Profile `json:"profile"`
	Drama   id.Drama   `json:"drama"`
	Episode id.Episode `json:"episode"`
	At      time.Time  `json:"at"`
}

func (EpisodeStarted) Fact() string  { return "playback.episode_started" }
func (EpisodeFinished) Fact() string { return "playback.episode_finished" }

// Nor is what a person watches.

func (EpisodeStarted) Unlogged()  {}
func (EpisodeFinished) Unlogged() {}
