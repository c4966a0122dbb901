package youth

import (
	"time"

	"cliffhanger/internal/kernel/id"
	"cliffhanger/viewer/youth/policy"
)

// mode is whether a profile is in minors' mode, and why. The zero mode is off.
type mode struct {
	guardian policy.Band // "" : no guardian switched it on
	pin      string      // what is kept of the guardian's PIN
	wrong    int         // wrong PINs since the last right one
	wrongAt  time.Time
	leaveAt  time.Time // when the mode may be left without the PIN; zero: nobody waits

	system       policy.Band // "" : no device's system switched it on
	systemDevice id.Device
	systemUntil  int64 // end of the last claim that changed something

	confirmed policy.Band // of a range that was said of the age, the one an adult says is meant

	market string    // whose rules hold while it is on
	began  time.Time // since when somebody has it on; zero: not known
	limits policy.Limits

	aged  policy.Known // what was said of the age, whoever switched the mode on or off
	known policy.Known // that, and what they say who switched it on
}

// age fills in what follows from what was said of the profile's age.
func (m *mode) age(said []policy.Evidence, rules policy.Rules, now time.Time) {
	said = policy.Narrow(said, m.confirmed)
	m.aged = rules.Known(said, now)
	if m.guardian != "" {
		said = append(said, policy.Evidence{Source: policy.FromGuardian, Band: m.guardian, Market: m.market})
	}
	if m.system != "" {
		said = append(said, policy.Evidence{Source: policy.FromSystem, Band: m.system, Market: m.market})
	}
	m.known = rules.Known(said, now)
}

// band is the age band the profile is held to, the youngest where a guardian, a
// device and what is known of the age differ; "" : the mode is off.
func (m mode) band() policy.Band {
	return policy.Younger(policy.Younger(m.guardian, m.system), m.aged.Must())
}

// switched reports whether somebody switched the mode on.
func (m mode) switched() bool { return m.guardian != "" || m.system != "" }

// whose is the market whose rules hold while the mode is on.
func (m mode) whose() string {
	if m.switched() {
		return m.market
	}
	return m.aged.Rule.Market
}

func (m mode) on() bool { return m.band() != "" }

// Source says who switched the mode on.
type Source string

const (
	Guardian Source = "guardian"
	System   Source = "system"
	Age      Source = "age" // nobody: it is known that they are a minor
)

func (m mode) source() Source {
	switch {
	case m.guardian != "":
		return Guardian
	case m.system != "":
		return System
	case m.on():
		return Age
	}
	return ""
}

// begin fixes what holds while the mode is on.
func (m *mode) begin(market string, now time.Time) {
	if !m.on() {
		m.limits, m.began = policy.Limits{Spending: m.limits.Spending}, now
	}
	if !m.switched() {
		m.market = market
	}
}

// end is what the right PIN does: a PIN is older than what a device's system did
// after it, so it ends that too. A device that says so again begins it again.
// Of who is known to be a minor a guardian's limit on payments stays, and the PIN
// that raises it.
func (m *mode) end() {
	m.guardian, m.system, m.systemDevice, m.began, m.leaveAt = "", "", "", time.Time{}, time.Time{}
	m.limits = policy.Limits{Spending: m.limits.Spending}
	if m.aged.Minor() == "" || m.limits.Spending == nil {
		m.pin, m.limits = "", policy.Limits{}
	}
}

// hear lets a claim from a device take effect and answers whether it changed
// anything. What was signed before the last change is spent.
func (m *mode) hear(c claim, device id.Device, market string, now time.Time) (changed bool, err error) {
	switch {
	case c.band == "":
		if m.system == "" || m.systemDevice != device {
			return false, nil
		}
		if c.device != string(device) || c.until <= m.systemUntil {
			return false, errClaimSpent
		}
		m.system, m.systemDevice = "", ""
	case c.band == m.system, m.system != "" && m.systemDevice != device && !m.system.Sees(c.band):
		return false, nil // nothing new, or another device's is stricter
	case c.until <= m.systemUntil:
		return false, errClaimSpent
	default:
		m.begin(market, now)
		m.system, m.systemDevice = c.band, device
	}
	m.systemUntil = c.until
	return true, nil
}

// freeGuesses may be wrong without waiting; then each doubles the wait until the
// next, and only the right PIN forgives.
const (
	freeGuesses = 4
	firstWait   = 30 * time.Second
	longestWait = 15 * time.Minute
)

// wait is how long until the next PIN may be tried.
func (m mode) wait(now time.Time) time.Duration {
	over := m.wrong - freeGuesses
	if over < 0 {
		return 0
	}
	passed := max(now.Sub(m.wrongAt), 0)
	return max(min(firstWait<<min(over, 16), longestWait)-passed, 0)
}

// isPIN reports whether s is four to six digits.
func isPIN(s string) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) >= 4 && len(s) <= 6
}
