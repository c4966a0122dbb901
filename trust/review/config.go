package review

import (
	"errors"
	"time"

	"cliffhanger/trust/review/stage"
)

// Config is what an operator may set about review.
type Config struct {
	Required bool          `help:"Whether a drama is published only once it was cleared, where the rules of the house's market want three people. Off, reviews can be made and hold nothing back."`
	Step     time.Duration `help:"How long each of the three reviews may take before it counts as late."`
	Appeal   time.Duration `help:"How long two others may take to decide an appeal before it counts as late."`
}

// Default is a day for each review and a week for an appeal, and holds nothing back.
func Default() Config { return Config{Step: 24 * time.Hour, Appeal: 7 * 24 * time.Hour} }

// Validate says what is wrong with c.
func (c Config) Validate() error {
	if c.Step <= 0 || c.Appeal <= 0 {
		return errors.New("step, appeal: want some time")
	}
	return nil
}

func (c Config) timers() stage.Timers {
	return stage.Timers{stage.First: c.Step, stage.Second: c.Step, stage.Final: c.Step, stage.Blocked: c.Step, stage.Appealed: c.Appeal}
}
