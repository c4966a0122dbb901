// Package e2e tells the product's story against real processes: the built
// binary, real ffmpeg, real HTTP. A story is a function; the topology (one
// machine, or a cluster of nodes over PostgreSQL, NATS and S3) is a parameter.
package e2e
