// Package app is the composition root: the only room that knows every
// capability. It reads the configuration, opens the engines behind the seams,
// makes the capabilities, answers each one's ports with another (glue_*.go:
// mappings without decisions), registers routes, listeners and jobs, and runs
// what the node's roles ask for.
package app
