package obs

import "log/slog"

// Secret is a text that prints as *** wherever Go prints: fmt, slog, JSON, the
// list of settings. Reveal is the one way to its value.
type Secret string

const mask = "***"

// Reveal is the secret itself.
func (s Secret) Reveal() string { return string(s) }

// Set reports whether there is a secret at all.
func (s Secret) Set() bool { return s != "" }

// String is ***, or nothing if there is no secret: whether one is set is no secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return mask
}

// GoString is what %#v prints.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// LogValue is what slog prints.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is what encoders write.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
