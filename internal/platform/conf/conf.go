package conf

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"
)

// EnvPrefix begins the name of every variable.
const EnvPrefix = "CLIFFHANGER"

// Source is where values come from.
type Source struct {
	Name        string // of the program
	Description string
	Args        []string // without the program's name

	// File is read if it exists, unless --config or CLIFFHANGER_CONFIG name
	// another, which then must exist. Empty is none.
	File string

	Env     func(name string) (string, bool) // nil: os.LookupEnv
	Options []kong.Option                    // more, such as kong.Exit and kong.Writers in tests
}

// Origin says where a value came from.
type Origin string

const (
	FromDefault Origin = "default"
	FromFile    Origin = "file"
	FromEnv     Origin = "env"
	FromFlag    Origin = "flag"
)

// Setting is one effective value.
type Setting struct {
	Name   string // as in --name
	Env    string
	Value  string // masked if it is secret
	Origin Origin
	Help   string
}

// Parsed is a command line with its configuration filled in.
type Parsed struct {
	Context  *kong.Context // Run runs the chosen command
	settings []Setting
}

// Command is the chosen command, "dead-letters list", or "".
func (p *Parsed) Command() string { return p.Context.Command() }

// Settings are the effective values of everything that can be configured, in
// the order of the struct.
func (p *Parsed) Settings() []Setting { return p.settings }

// Parse fills cli, a pointer to a struct in the manner of kong. What cli holds
// already are the defaults. What Validate would find is no error of Parse.
func Parse(cli any, s Source) (*Parsed, error) {
	if s.Env == nil {
		s.Env = os.LookupEnv
	}
	r := &resolver{env: s.Env, origins: map[string]Origin{}}
	options := append([]kong.Option{
		kong.Name(s.Name), kong.Description(s.Description), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.PostBuild(prepare), kong.Resolvers(r),
	}, s.Options...)
	k, err := kong.New(cli, options...)
	if err != nil {
		return nil, fmt.Errorf("command line: %w", err)
	}
	flags := allFlags(k.Model)
	if err := r.read(s, flags); err != nil {
		return nil, err
	}
	ctx, err := k.Parse(s.Args)
	var stopped *kong.ParseError
	if errors.As(err, &stopped) && Validate(cli) != nil {
		// kong asks every part too, once all values are in, and stops at the
		// first that complains: the caller lists them all.
		ctx, err = stopped.Context, nil
	}
	if err != nil {
		return nil, err
	}
	for _, p := range ctx.Path {
		if p.Flag != nil && !p.Resolved {
			r.origins[p.Flag.Name] = FromFlag
		}
	}
	parsed := &Parsed{Context: ctx}
	for _, f := range k.Model.Flags {
		if f.Name == "help" || f.Hidden {
			continue
		}
		set := Setting{Name: f.Name, Env: EnvName(f.Name), Value: shown(f.Target), Origin: FromDefault, Help: f.Help}
		if o, ok := r.origins[f.Name]; ok {
			set.Origin = o
		}
		parsed.settings = append(parsed.settings, set)
	}
	return parsed, nil
}

// EnvName is the variable of a setting: http.max-body is CLIFFHANGER_HTTP_MAX_BODY.
func EnvName(setting string) string {
	return EnvPrefix + "_" + strings.ToUpper(strings.NewReplacer("-", "_", ".", "_").Replace(setting))
}

// prepare turns the values the struct holds into defaults, since kong starts
// from zero values, and names the variables in the help.
func prepare(k *kong.Kong) error {
	for _, f := range allFlags(k.Model) {
		if f.Name == "help" {
			continue
		}
		f.Envs = []string{EnvName(f.Name)}
		if f.HasDefault || f.Target.IsZero() {
			continue
		}
		text, err := literal(f.Target)
		if err != nil {
			return fmt.Errorf("default of --%s: %w", f.Name, err)
		}
		f.HasDefault, f.Default = true, text
	}
	return nil
}

func allFlags(app *kong.Application) []*kong.Flag {
	var out []*kong.Flag
	kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if f, ok := node.(*kong.Flag); ok {
			out = append(out, f)
		}
		return next(nil)
	})
	return out
}

// Validate calls Validate on every part of cfg that has it, outermost first,
// and lists all errors. A part begins each of its own with the setting's name
// within it ("max-body 0: must be …"); the list has the name in full. Commands
// are not looked into.
func Validate(cfg any) error { return errors.Join(validate(reflect.ValueOf(cfg), "")...) }

func validate(v reflect.Value, at string) (errs []error) {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		if v.Elem().Kind() != reflect.Struct {
			return nil
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil
	}
	p := v
	if v.CanAddr() {
		p = v.Addr()
	}
	if c, ok := p.Interface().(interface{ Validate() error }); ok {
		for _, err := range unjoin(c.Validate()) {
			if at != "" {
				err = fmt.Errorf("%s%w", at, err)
			}
			errs = append(errs, err)
		}
		return errs
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		_, command := f.Tag.Lookup("cmd")
		if !f.IsExported() || command {
			continue
		}
		errs = append(errs, validate(v.Field(i), at+f.Tag.Get("prefix"))...)
	}
	return errs
}

// Explain adds to each error of Validate where the value of its setting comes
// from, so that people know what to change.
func Explain(err error, settings []Setting) error {
	var out []error
	for _, one := range unjoin(err) {
		name, _, _ := strings.Cut(one.Error(), " ")
		name = strings.TrimSuffix(name, ":")
		if i := slices.IndexFunc(settings, func(s Setting) bool { return s.Name == name }); i >= 0 {
			one = fmt.Errorf("%w (%s)", one, settings[i].source())
		}
		out = append(out, one)
	}
	return errors.Join(out...)
}

// source says what to change for another value.
func (s Setting) source() string {
	switch s.Origin {
	case FromFlag:
		return "from --" + s.Name
	case FromEnv:
		return "from " + s.Env
	case FromFile:
		return "from the configuration file"
	}
	return "the default; set --" + s.Name + " or " + s.Env
}

func unjoin(err error) []error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var out []error
		for _, e := range many.Unwrap() {
			out = append(out, unjoin(e)...)
		}
		return out
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

// Write prints settings as a table.
func Write(w io.Writer, settings []Setting) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SETTING\tVALUE\tFROM\tVARIABLE")
	for _, s := range settings {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", s.Name, s.Value, s.Origin, s.Env)
	}
	return t.Flush()
}

var password = regexp.MustCompile(`(://[^:/@\s]*):[^@/\s]+@`)

// shown is a value for people: secrets print themselves as ***, and addresses
// lose their passwords.
func shown(v reflect.Value) string {
	text := ""
	switch s, ok := v.Interface().(fmt.Stringer); {
	case ok && !(v.Kind() == reflect.Pointer && v.IsNil()):
		text = s.String()
	case v.Kind() == reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = shown(v.Index(i))
		}
		text = strings.Join(parts, ",")
	default:
		text = fmt.Sprint(v.Interface())
	}
	return password.ReplaceAllString(text, "$1:***@")
}
