package httpx

import (
	"errors"
	"net/http"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"cliffhanger/internal/kernel/fault"
)

// huma asks package variables, so they are set once for the process: an empty
// list is [] and never null, and errors are problems, whichever API asks.
func init() {
	huma.DefaultArrayNullable = false
	huma.NewErrorWithContext = func(c huma.Context, status int, msg string, errs ...error) huma.StatusError {
		err := humaFault(status, errs)
		if c == nil {
			return problemOf(err)
		}
		return note(c.Context(), err)
	}
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return problemOf(humaFault(status, errs))
	}
}

// humaFault is the fault behind an error found while decoding.
func humaFault(status int, errs []error) error {
	cause := errors.Join(errs...)
	var tooLarge *http.MaxBytesError
	if errors.As(cause, &tooLarge) {
		status = http.StatusRequestEntityTooLarge
	}
	f, ok := wire[status]
	switch {
	case ok:
	case status >= 400 && status < 500:
		f = wire[http.StatusBadRequest]
	case cause != nil:
		return cause
	default:
		return errors.New("huma: status " + strconv.Itoa(status))
	}
	if status == http.StatusUnprocessableEntity || status == http.StatusBadRequest {
		f = f.With(fieldsOf(errs)...)
	}
	if cause != nil {
		f = f.Because(errors.New(f.Code)) // the details quote the input: not for the log
	}
	return f
}

func fieldsOf(errs []error) []fault.Field {
	fields := []fault.Field{}
	for _, err := range errs {
		var d *huma.ErrorDetail
		if !errors.As(err, &d) {
			continue
		}
		fields = append(fields, fieldOf(d.Location, d.Message))
	}
	return fields
}

var missing = regexp.MustCompile(`^expected required property (.+) to be present$`)

// fieldOf turns huma's location and message into a field as the caller knows
// it: "body.episodes[3].title" is episodes[3].title, "query.limit" is limit.
func fieldOf(location, msg string) fault.Field {
	_, in, _ := strings.Cut(location, ".")
	f := fault.Field{Path: in, Code: "invalid", Msg: msg}
	switch {
	case missing.MatchString(msg):
		f.Code, f.Msg = "required", "is required"
		f.Path = strings.TrimPrefix(in+"."+missing.FindStringSubmatch(msg)[1], ".")
	case strings.HasPrefix(msg, "required ") && strings.HasSuffix(msg, " is missing"):
		f.Code, f.Msg = "required", "is required"
	case msg == "unexpected property":
		f.Code = "unknown"
	}
	return f
}

const schemaPrefix = "#/components/schemas/"

// newHuma sets huma up without its own documentation pages, which load scripts
// from elsewhere, and without $schema links.
func newHuma(a *API) huma.API {
	cfg := huma.DefaultConfig(a.cfg.Title, a.cfg.Version)
	cfg.DocsPath, cfg.OpenAPIPath, cfg.SchemasPath, cfg.CreateHooks = "", "", "", nil
	cfg.Components = &huma.Components{
		Schemas: huma.NewMapRegistry(schemaPrefix, a.naming.name),
		SecuritySchemes: map[string]*huma.SecurityScheme{
			"viewer": {Type: "apiKey", In: "cookie", Name: ViewerCookie, Description: "A viewer's session, or the same token as Authorization: Bearer."},
			"staff":  {Type: "apiKey", In: "cookie", Name: StaffCookie, Description: "A session of the console, or the same token as Authorization: Bearer."},
		},
	}
	return huma.NewAPI(cfg, &adapter{a})
}

// adapter lets huma's routes pass the same guard as all others.
type adapter struct{ api *API }

const routeKey = "route"

func (d *adapter) Handle(op *huma.Operation, h func(huma.Context)) {
	r := op.Metadata[routeKey].(Route)
	d.api.handle(r, func(w http.ResponseWriter, r *http.Request, _ Caller) error {
		h(humago.NewContext(op, r, w))
		return nil
	})
}

func (d *adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.api.mux.ServeHTTP(w, r) }

// operation describes r to huma.
func (a *API) operation(r Route) huma.Operation {
	op := huma.Operation{
		OperationID: r.ID, Method: r.Method, Path: r.Path, Summary: r.Summary,
		DefaultStatus: r.Status, MaxBodyBytes: -1, // the guard limits bodies, alike for all routes
		BodyReadTimeout: 30 * time.Second, Hidden: r.Hidden,
		Metadata: map[string]any{routeKey: r},
	}
	if r.Tag != "" {
		op.Tags = []string{r.Tag}
	}
	switch r.Who.realm {
	case realmViewer:
		op.Security = []map[string][]string{{"viewer": {}}}
	case realmStaff:
		op.Security = []map[string][]string{{"staff": {}}}
	}
	if r.Key != 0 {
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: idempotencyHeader, In: "header", Required: r.Key == KeyRequired, Schema: &huma.Schema{Type: huma.TypeString, MaxLength: new(maxKey)},
			Description: "Chosen by the client, new for each intention. The same key with the same input gives the first answer again.",
		})
	}
	return op
}

var pathParam = regexp.MustCompile(`\{([^}.$]+)(?:\.\.\.)?\}`)

// document puts a Raw route into the OpenAPI document.
func (a *API) document(r Route) {
	op := a.operation(r)
	op.Path = strings.ReplaceAll(pathParam.ReplaceAllString(r.Path, "{$1}"), "{$}", "")
	for _, m := range pathParam.FindAllStringSubmatch(r.Path, -1) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: m[1], In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
	}
	bytes := func(types []string) map[string]*huma.MediaType {
		m := map[string]*huma.MediaType{}
		for _, t := range types {
			m[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
		return m
	}
	if len(r.Consumes) > 0 {
		op.RequestBody = &huma.RequestBody{Required: true, Content: bytes(r.Consumes)}
	}
	status := r.Status
	if status == 0 && len(r.Produces) == 0 {
		status = http.StatusNoContent
	} else if status == 0 {
		status = http.StatusOK
	}
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	op.Responses = map[string]*huma.Response{
		strconv.Itoa(status): {Description: http.StatusText(status), Content: bytes(r.Produces)},
		"default":            {Description: "Error", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schema}}},
	}
	a.huma.OpenAPI().AddOperation(&op)
}

// naming gives schemas names that stay unique across capabilities.
type naming struct{ route, in, out string }

func (n *naming) enter(r Route, in, out any) {
	n.route, n.in, n.out = r.ID, reflect.TypeOf(in).Name(), reflect.TypeOf(out).Name()
}

// name is the package and the type, CatalogueDrama; a body without a type of
// its own is named after its route.
func (n *naming) name(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeFor[Problem]() {
		return "Problem"
	}
	if t.Name() != "" {
		return typeName(t.PkgPath(), t.Name())
	}
	switch {
	case hint == n.in+"Body":
		hint = "Request"
	case hint == n.out+"Body":
		hint = "Response"
	}
	return pascal(n.route) + pascal(hint)
}

// typeName reads generic names too: Of[house/studio/catalogue.Card] of package
// house/kernel/page is PageOfCatalogueCard.
func typeName(pkg, name string) string {
	base, args, _ := strings.Cut(name, "[")
	out := pascal(path.Base(pkg)) + pascal(base)
	for arg := range strings.FieldsFuncSeq(args, func(r rune) bool { return r == '[' || r == ']' || r == ',' || r == '*' }) {
		dot := strings.LastIndexByte(arg, '.')
		out += typeName(arg[:max(dot, 0)], arg[dot+1:])
	}
	return out
}

func pascal(s string) string {
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		r := []rune(w)
		r[0] = unicode.ToUpper(r[0])
		words[i] = string(r)
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), "")
}
