package bus

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	depth, age prometheus.Gauge
	deliveries *prometheus.CounterVec
	dead       *prometheus.CounterVec
	seconds    *prometheus.HistogramVec
}

func newMetrics(reg prometheus.Registerer) *metrics {
	return &metrics{
		depth: keep(reg, prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "bus_outbox_depth", Help: "Facts and jobs that wait to be published."})),
		age: keep(reg, prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "bus_outbox_age_seconds", Help: "How long the oldest of them has waited."})),
		deliveries: keep(reg, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bus_deliveries_total", Help: "Facts given to a listener, jobs given to a worker."}, []string{"kind", "to", "outcome"})),
		dead: keep(reg, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bus_dead_letters_total", Help: "Facts and jobs given up."}, []string{"kind", "name"})),
		seconds: keep(reg, prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "bus_job_seconds", Help: "How long one try of a job took.",
			Buckets: prometheus.ExponentialBuckets(0.01, 4, 10)}, []string{"worker"})),
	}
}

// keep registers c, or answers the one a former bus of this process registered.
func keep[C prometheus.Collector](reg prometheus.Registerer, c C) C {
	if reg == nil {
		return c
	}
	var there prometheus.AlreadyRegisteredError
	if err := reg.Register(c); errors.As(err, &there) {
		return there.ExistingCollector.(C)
	} else if err != nil {
		panic("bus: metrics: " + err.Error())
	}
	return c
}

func (m *metrics) delivered(kind, to string, err error) {
	outcome := "ok"
	if err != nil {
		outcome = "failed"
	}
	m.deliveries.WithLabelValues(kind, to, outcome).Inc()
}

func (m *metrics) worked(name string, took time.Duration, err error) {
	m.delivered(kindJob, name, err)
	m.seconds.WithLabelValues(name).Observe(took.Seconds())
}
