// Package bustest gives tests a message bus: one inside the process, or a real
// cluster of three NATS servers, and holds the conformance suite that every way
// to run the bus must pass.
package bustest
