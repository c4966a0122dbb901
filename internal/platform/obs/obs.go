package obs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"

	"cliffhanger/internal/kernel/fault"
)

// Level is how loudly a failure is logged that is tried again by itself: what is away
// comes back, so that is a warning; everything else is an error.
func Level(err error) slog.Level {
	if fault.KindOf(err) == fault.Unavailable {
		return slog.LevelWarn
	}
	return slog.LevelError
}

// Config says how much is observed and where it goes.
type Config struct {
	LogLevel  slog.Level `help:"debug, info, warn or error."`
	LogFormat string     `help:"text, json, or auto: text on a terminal."`

	TraceEndpoint string  `help:"OTLP/HTTP endpoint for traces, http://host:4318; empty is none."`
	TraceRatio    float64 `help:"Share of requests traced, 0 to 1."`
}

// Default logs at info and traces nothing.
func Default() Config { return Config{LogFormat: "auto", TraceRatio: 0.1} }

// Validate lists everything that is wrong with the configuration.
func (c Config) Validate() error {
	var errs []error
	switch c.LogFormat {
	case "auto", "text", "json":
	default:
		errs = append(errs, fmt.Errorf("log-format %q: want auto, text or json", c.LogFormat))
	}
	if c.TraceEndpoint != "" {
		u, err := url.Parse(c.TraceEndpoint)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			errs = append(errs, fmt.Errorf("trace-endpoint %q: want http://host:port", c.TraceEndpoint))
		}
	}
	if !(c.TraceRatio >= 0 && c.TraceRatio <= 1) {
		errs = append(errs, fmt.Errorf("trace-ratio %v: want 0 to 1", c.TraceRatio))
	}
	return errors.Join(errs...)
}

// Logger writes to w at the configured level.
func (c Config) Logger(w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "text" || c.LogFormat == "auto" && isTerminal(w) {
		return slog.New(slog.NewTextHandler(w, o))
	}
	return slog.New(slog.NewJSONHandler(w, o))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && f.Name() != os.DevNull
}

// Registry is a metrics registry that already measures the process and the Go
// runtime and says which version runs.
func Registry(version string) *prometheus.Registry {
	reg := prometheus.NewRegistry()
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "cliffhanger_build_info", Help: "Always 1; the version is in the label."}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	reg.MustRegister(build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return reg
}

// Handler serves the registry's metrics.
func Handler(reg *prometheus.Registry) http.Handler {
	return promhttp.HandlerFor(reg, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}

// Tracing reports whether traces are wanted; if not, nothing of OpenTelemetry runs.
func (c Config) Tracing() bool { return c.TraceEndpoint != "" }

// StartTracing sends the process's spans to the configured endpoint until stop,
// which delivers what is left. Without an endpoint it does nothing. An endpoint
// that does not answer costs spans, never requests.
func (c Config) StartTracing(ctx context.Context, service, version string, log *slog.Logger) (stop func(context.Context) error, err error) {
	if !c.Tracing() {
		return func(context.Context) error { return nil }, nil
	}
	target, err := url.Parse(c.TraceEndpoint)
	if err != nil {
		return nil, fmt.Errorf("trace endpoint: %w", err)
	}
	if target.Path == "" || target.Path == "/" {
		target.Path = "/v1/traces" // where the protocol puts them by default
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(target.String()))
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	provider := sdk.NewTracerProvider(
		sdk.WithBatcher(exporter),
		sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(c.TraceRatio))),
		sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", service), attribute.String("service.version", version))),
	)
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces are lost", "error", err) }))
	return provider.Shutdown, nil
}
