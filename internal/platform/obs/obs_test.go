package obs

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"

	"cliffhanger/internal/kernel/fault"
)

func TestWhatIsAwayIsNoDefect(t *testing.T) {
	t.Parallel()
	away := fault.New(fault.Unavailable, "db.unavailable", "The database is away.")
	for err, want := range map[error]slog.Level{
		away: slog.LevelWarn, fmt.Errorf("a sweep: %w", away): slog.LevelWarn,
		io.ErrUnexpectedEOF: slog.LevelError, fault.New(fault.Internal, "x", "x"): slog.LevelError,
	} {
		if got := Level(err); got != want {
			t.Errorf("%v: %v, want %v", err, got, want)
		}
	}
}

func TestASecretCannotBePrinted(t *testing.T) {
	t.Parallel()
	const value = "hunter2"
	s := Secret(value)
	type holder struct{ Key Secret }
	var out bytes.Buffer
	for _, format := range []string{"%v", "%s", "%q", "%+v", "%#v", "%x"} {
		fmt.Fprintf(&out, format+"\n", s)
		fmt.Fprintf(&out, format+"\n", holder{s})
		fmt.Fprintf(&out, format+"\n", &holder{s})
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "key", s, "holder", holder{s})
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "key", s, "holder", holder{s})
	json.NewEncoder(&out).Encode(map[string]any{"holder": holder{s}, "key": s})
	if strings.Contains(out.String(), value) || strings.Contains(out.String(), fmt.Sprintf("%x", value)) {
		t.Errorf("printed:\n%s", &out)
	}
	if s.Reveal() != value || !s.Set() || Secret("").String() != "" {
		t.Error("the secret itself is lost")
	}
}

func TestLogsAreTextOnlyForPeople(t *testing.T) {
	t.Parallel()
	for format, isJSON := range map[string]bool{"auto": true, "json": true, "text": false} {
		var out bytes.Buffer
		c := Default()
		c.LogFormat, c.LogLevel = format, slog.LevelWarn
		log := c.Logger(&out)
		log.Info("quiet")
		log.Warn("loud")
		if json.Valid(out.Bytes()) != isJSON || strings.Contains(out.String(), "quiet") || !strings.Contains(out.String(), "loud") {
			t.Errorf("%s: %s", format, &out)
		}
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if isTerminal(null) {
		t.Error("the null device passes for a terminal")
	}
}

func TestMetricsAreServed(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	Handler(Registry("1.2.3")).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{`cliffhanger_build_info{version="1.2.3"} 1`, "go_goroutines", "process_open_fds"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestConfigNamesEveryMistake(t *testing.T) {
	t.Parallel()
	if err := Default().Validate(); err != nil {
		t.Error(err)
	}
	err := Config{LogFormat: "xml", TraceEndpoint: "localhost:4318", TraceRatio: 2}.Validate()
	for _, want := range []string{"xml", "localhost:4318", "ratio"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %s in: %v", want, err)
		}
	}
}

// Tracing is one per process, so this test stands for all of it.
func TestTracesReachTheirEndpointOrNothingHappens(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	before := otel.GetTracerProvider()
	stop, err := Default().StartTracing(t.Context(), "test", "1", log)
	if err != nil || stop(t.Context()) != nil || otel.GetTracerProvider() != before {
		t.Errorf("without an endpoint something happened: %v", err)
	}
	got := make(chan string, 8)
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- r.URL.Path + " " + string(body)
	}))
	defer collector.Close()
	c := Default()
	c.TraceEndpoint, c.TraceRatio = collector.URL, 1
	stop, err = c.StartTracing(t.Context(), "test", "1", log)
	if err != nil {
		t.Fatal(err)
	}
	_, span := otel.Tracer("test").Start(context.Background(), "probe-span")
	span.End()
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if body := <-got; !strings.Contains(body, "probe-span") || !strings.HasPrefix(body, "/v1/traces ") {
		t.Errorf("collector got %q", body)
	}
}
