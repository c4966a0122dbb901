package httpx

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// measures are the edge's metrics. Labels are methods, route patterns and
// statuses: never paths, never ids.
type measures struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

func newMeasures(reg prometheus.Registerer) measures {
	m := measures{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_requests_total", Help: "Answered requests by method, route and status.",
		}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "http_request_duration_seconds", Help: "Time to answer, without long transfers.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"method", "route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "http_requests_in_flight", Help: "Requests being answered, event streams included.",
		}),
	}
	if reg != nil {
		reg.MustRegister(m.requests, m.seconds, m.inFlight)
	}
	return m
}

func (m measures) open() { m.inFlight.Inc() }

func (m measures) close(method string, x *exchange, status int) {
	m.inFlight.Dec()
	if !knownMethods[method] {
		method = "other"
	}
	m.requests.WithLabelValues(method, x.pattern, strconv.Itoa(status)).Inc()
	if x.route == nil || !x.route.Long {
		m.seconds.WithLabelValues(method, x.pattern).Observe(time.Since(x.started).Seconds())
	}
}

// knownMethods keeps invented methods from becoming labels.
var knownMethods = map[string]bool{
	http.MethodGet: true, http.MethodHead: true, http.MethodPost: true, http.MethodPut: true,
	http.MethodPatch: true, http.MethodDelete: true, http.MethodOptions: true,
}
