package playback

import "fmt"

// Config is what an operator may set about watching.
type Config struct {
	Streams int `help:"On how many devices an account may play at a time."`
}

// Default suits one household.
func Default() Config { return Config{Streams: 2} }

// Validate says what is wrong with c.
func (c Config) Validate() error {
	if c.Streams < 1 {
		return fmt.Errorf("streams %d: must be 1 or more", c.Streams)
	}
	return nil
}
