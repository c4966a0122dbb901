package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

var (
	beaconNames   = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
	beaconFilters = regexp.MustCompile(`^([A-Za-z0-9_-]+|\*)(\.([A-Za-z0-9_-]+|\*))*(\.>)?$`)
)

// Beacon sends payload, as JSON, to every node that watches the subject at this
// moment. It is never stored and may be lost; nil says it has been handed over.
// A subject is tokens of letters, digits, _ and - between dots.
func (b *Bus) Beacon(_ context.Context, subject string, payload any) error {
	if !beaconNames.MatchString(subject) {
		return fmt.Errorf("bus: %q is not a beacon's subject", subject)
	}
	body, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("bus: encode beacon: %w", err)
	}
	if len(body) > maxPayload {
		return ErrTooLarge
	}
	if b.mute {
		return nil
	}
	return wrap("beacon", b.nc.Publish(beaconSubject(subject), body))
}

// Watch calls h, one beacon after another, for what is sent to the subject from
// now on; "*" stands for one token, a final ">" for one or more. h must not
// block for long: beacons that pile up are dropped.
func (b *Bus) Watch(subject string, h func(subject string, payload []byte)) (stop func(), err error) {
	if !beaconFilters.MatchString(subject) {
		return nil, fmt.Errorf("bus: %q is not a beacon's subject", subject)
	}
	if b.mute {
		return func() {}, nil
	}
	return b.subscribe(tap{subject: beaconSubject(subject), handle: func(_ context.Context, s string, payload []byte) error {
		h(strings.TrimPrefix(s, beaconSubject("")), payload)
		return nil
	}})
}
