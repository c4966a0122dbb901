package app

import (
	"errors"
	"fmt"

	"cliffhanger/internal/kernel/clock"
	"cliffhanger/viewer/youth/aliyun"
	"cliffhanger/viewer/youth/realname"
	"cliffhanger/viewer/youth/tencent"
)

// RealNameConfig says who verifies names.
type RealNameConfig struct {
	Provider string `help:"Who verifies that a name and an identity number belong together: none, tencent or aliyun."`
	realname.Config
	Tencent tencent.Config `embed:"" prefix:"tencent."`
	Aliyun  aliyun.Config  `embed:"" prefix:"aliyun."`
}

const noProvider = "none"

func defaultRealName() RealNameConfig {
	return RealNameConfig{Provider: noProvider, Config: realname.Default(), Tencent: tencent.Default(), Aliyun: aliyun.Default()}
}

// Validate says what is wrong with c, everything at once; only the provider that
// is asked has to be configured.
func (c RealNameConfig) Validate() error {
	var errs []error
	under := func(prefix string, err error) {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range joined.Unwrap() {
				errs = append(errs, fmt.Errorf("%s%w", prefix, e))
			}
		}
	}
	asked := c.Provider != noProvider
	switch c.Provider {
	case noProvider:
	case "tencent":
		under("tencent.", c.Tencent.Check())
	case "aliyun":
		under("aliyun.", c.Aliyun.Check())
	default:
		asked = false
		errs = append(errs, fmt.Errorf("provider %q: want none, tencent or aliyun", c.Provider))
	}
	return errors.Join(append(errs, c.Config.Check(asked))...)
}

// provider is who verifies names, and nobody if nobody does.
func (c RealNameConfig) provider(clock clock.Clock) (string, realname.RealName) {
	switch c.Provider {
	case "tencent":
		return c.Provider, tencent.New(c.Tencent, clock)
	case "aliyun":
		return c.Provider, aliyun.New(c.Aliyun, clock)
	}
	return "", nil
}

// realNames makes the room that verifies names, and its provider.
func realNames(a *App) (*realname.Service, error) {
	name, provider := a.Config.RealName.provider(a.Clock)
	return realname.New(realname.Deps{
		Config: a.Config.RealName.Config, DB: a.DB, Clock: a.Clock, Log: a.Log, Youth: a.Youth, Provider: name, RealName: provider,
	})
}
