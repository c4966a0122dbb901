package event

import "cliffhanger/internal/kernel/id"

// DramaFollowed: a profile wants to hear of the drama's next episodes.
type DramaFollowed struct {
	Account id.Account `json:"account"`
	Profile id.Profile `json:"profile"`
	Drama   id.Drama   `json:"drama"`
}

// DramaUnfollowed: it no longer does.
type DramaUnfollowed struct {
	Account id.Account `json:"account"`
	Profile id.Profile `json:"profile"`
	Drama   id.Drama   `json:"drama"`
}

// EpisodeLiked: a profile likes an episode.
type EpisodeLiked struct {
	Account id.Account `json:"account"`
	Profile id.Profile `json:"profile"`
	Drama   id.Drama   `json:"drama"`
	Episode id.Episode `json:"episode"`
}

// EpisodeUnliked: it no longer does.
type EpisodeUnliked struct {
	Account id.Account `json:"account"`
	Profile id.Profile `json:"profile"`
	Drama   id.Drama   `json:"drama"`
	Episode id.Episode `json:"episode"`
}

// DramaRated: a profile gave a drama 1 to 10 points; 0 takes the rating back.
type DramaRated struct {
	Account id.Account `json:"account"`
	Profile id.Profile `json:"profile"`
	Drama   id.Drama   `json:"drama"`
	Score   int        `json:"score"`
}

func (DramaFollowed) Fact() string   { return "library.drama_followed" }
func (DramaUnfollowed) Fact() string { return "library.drama_unfollowed" }
func (EpisodeLiked) Fact() string    { return "library.episode_liked" }
func (EpisodeUnliked) Fact() string  { return "library.episode_unliked" }
func (DramaRated) Fact() string      { return "library.drama_rated" }

// What a person likes is nobody else's business.

func (DramaFollowed) Unlogged()   {}
func (DramaUnfollowed) Unlogged() {}
func (EpisodeLiked) Unlogged()    {}
func (EpisodeUnliked) Unlogged()  {}
func (DramaRated) Unlogged()      {}
