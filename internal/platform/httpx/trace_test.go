package httpx

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// The provider is one per process; other tests' spans are told apart by path.
func TestTracesKeepSecretsAndTheirOwnRatio(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdk.NewTracerProvider(sdk.WithSpanProcessor(recorder)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	h := newHouse(t, func(c *Config, _ *Deps) { c.Tracing = true })
	h.Raw(Route{ID: "trace-bytes", Method: "GET", Path: "/media/v9/{token}/{rest...}", Who: Anyone}, func(http.ResponseWriter, *http.Request, Caller) error { return nil })
	const theirs = "0af7651916cd43dd8448eb211c80319c"
	for _, path := range []string{"/media/v9/s3cret/a.mp4", "/media/v8/s3cret/a.mp4"} {
		h.do(t, request{method: "GET", path: path, header: map[string]string{"Traceparent": "00-" + theirs + "-b7ad6b7169203331-01"}})
	}
	var paths []string
	for _, span := range recorder.Ended() {
		text := fmt.Sprint(span.Name(), span.Attributes())
		if strings.Contains(text, "s3cret") {
			t.Errorf("a secret is traced: %s", text)
		}
		for _, a := range span.Attributes() {
			if path := a.Value.AsString(); a.Key == "url.path" && strings.HasPrefix(path, "/media/v") {
				paths = append(paths, path)
				if span.Parent().IsValid() || span.SpanContext().TraceID().String() == theirs || len(span.Links()) != 1 {
					t.Errorf("%s: a stranger's trace goes on here", path)
				}
			}
		}
	}
	if d := cmp.Diff([]string{"/media/v9/***/a.mp4", "/media/v8/***/a.mp4"}, paths); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
