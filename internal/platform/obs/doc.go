// Package obs is how a node is observed: logs by slog, metrics by a Prometheus
// registry, traces by OpenTelemetry where an endpoint is configured, and a type
// for secrets that cannot be printed by accident.
package obs
