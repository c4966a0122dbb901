package conf

import (
	"encoding"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"
)

// resolver gives kong the values of file and environment and remembers which
// gave what.
type resolver struct {
	env     func(string) (string, bool)
	file    map[string]string // by setting
	origins map[string]Origin
}

func (r *resolver) Validate(*kong.Application) error { return nil }

// Resolve is asked for flags that are not on the command line.
func (r *resolver) Resolve(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
	if f.Name == "help" {
		return nil, nil
	}
	if v, ok := r.env(EnvName(f.Name)); ok {
		r.origins[f.Name] = FromEnv
		return v, nil
	}
	if v, ok := r.file[f.Name]; ok {
		r.origins[f.Name] = FromFile
		return v, nil
	}
	return nil, nil
}

// read loads the file that applies and checks its keys.
func (r *resolver) read(s Source, flags []*kong.Flag) error {
	name, asked := s.File, false
	if v, ok := r.env(EnvName("config")); ok {
		name, asked = v, true
	}
	if v, ok := configFlag(s.Args); ok {
		name, asked = v, true
	}
	if name == "" {
		return nil
	}
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) && !asked {
		return nil
	}
	if err != nil {
		return fmt.Errorf("configuration file: %w", err)
	}
	r.file, err = decode(text, flags)
	if err != nil {
		return fmt.Errorf("configuration file %s: %w", name, err)
	}
	return nil
}

// configFlag finds --config before kong runs: the file gives kong its values.
func configFlag(args []string) (value string, ok bool) {
	for i, a := range args {
		switch {
		case a == "--":
			return value, ok
		case a == "--config" && i+1 < len(args):
			value, ok = args[i+1], true
		case strings.HasPrefix(a, "--config="):
			value, ok = strings.TrimPrefix(a, "--config="), true
		}
	}
	return value, ok
}

// decode reads TOML into setting → literal and lists every key that is none.
func decode(text []byte, flags []*kong.Flag) (map[string]string, error) {
	var tree map[string]any
	if _, err := toml.Decode(string(text), &tree); err != nil {
		return nil, err
	}
	known := map[string]*kong.Flag{}
	for _, f := range flags {
		if f.Name != "help" && f.Name != "config" {
			known[f.Name] = f
		}
	}
	out := map[string]string{}
	var errs []error
	flatten("", tree, func(key string, v any) bool {
		f, ok := known[key]
		if !ok {
			if _, table := v.(map[string]any); !table {
				errs = append(errs, unknown(key, known))
			}
			return false
		}
		lit, err := literal(reflect.ValueOf(v))
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
			return true
		}
		if f.Target.Kind() == reflect.Slice && reflect.ValueOf(v).Kind() == reflect.String {
			lit = escape(lit)
		}
		out[key] = lit
		return true
	})
	return out, errors.Join(errs...)
}

// flatten visits a tree of tables in order; take answers whether it took the
// whole of what lies under a key.
func flatten(prefix string, tree map[string]any, take func(key string, v any) bool) {
	keys := make([]string, 0, len(tree))
	for k := range tree {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		key := prefix + strings.ReplaceAll(k, "_", "-")
		if take(key, tree[k]) {
			continue
		}
		if sub, ok := tree[k].(map[string]any); ok {
			flatten(key+".", sub, take)
		}
	}
}

func unknown(key string, known map[string]*kong.Flag) error {
	best, distance := "", max(2, len(key)/3)+1
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if d := edits(key, name); d < distance {
			best, distance = name, d
		}
	}
	if best == "" {
		return fmt.Errorf("%s is not a setting", key)
	}
	return fmt.Errorf("%s is not a setting; did you mean %s?", key, best)
}

// edits is the Levenshtein distance in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// literal writes v as it would stand on the command line.
func literal(v reflect.Value) (string, error) {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case time.Duration:
		return x.String(), nil
	case time.Time:
		return x.Format(time.RFC3339Nano), nil
	}
	switch v.Kind() {
	case reflect.String: // before TextMarshaler: secrets marshal to ***
		return v.String(), nil
	case reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			p, err := literal(v.Index(i))
			if err != nil {
				return "", err
			}
			parts[i] = escape(p)
		}
		return strings.Join(parts, ","), nil
	case reflect.Map:
		var parts []string
		for _, k := range v.MapKeys() {
			p, err := literal(v.MapIndex(k))
			if err != nil {
				return "", err
			}
			parts = append(parts, fmt.Sprint(k.Interface())+"="+strings.ReplaceAll(p, ";", `\;`))
		}
		slices.Sort(parts)
		return strings.Join(parts, ";"), nil
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return fmt.Sprint(v.Interface()), nil
	}
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		b, err := m.MarshalText()
		return string(b), err
	}
	return "", fmt.Errorf("a value of type %s cannot be configured", v.Type())
}

func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, ",", `\,`).Replace(s)
}
