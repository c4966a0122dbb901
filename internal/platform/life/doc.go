// Package life starts the parts of a node in order, says whether it is alive
// and ready, and stops the parts in reverse order within a deadline.
//
// A part that was never started is never stopped. Between the wish to stop and
// the stop itself the node already says that it is not ready, so that a load
// balancer can turn away from it.
package life
