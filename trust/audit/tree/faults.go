package tree

import "cliffhanger/internal/kernel/fault"

// What is found wrong with a log, each by its own reason.
var (
	ErrCheckpoint = fault.New(fault.Invalid, "verify.checkpoint_malformed", "This is not a checkpoint of a public log.")
	ErrForged     = fault.New(fault.Invalid, "verify.checkpoint_forged", "The checkpoint is not signed by the key of this log: it is forged, changed, or another log's.")
	ErrUncosigned = fault.New(fault.Invalid, "verify.checkpoint_uncosigned", "The checkpoint lacks the second signature that was asked for.")
	ErrFork       = fault.New(fault.Invalid, "verify.fork", "The log does not continue the older checkpoint: what it said then was changed, or there are two logs.")
	ErrShrunk     = fault.New(fault.Invalid, "verify.shrunk", "The log is shorter than it was at the older checkpoint.")
	ErrOtherRoot  = fault.New(fault.Invalid, "verify.root_other", "The tiles do not add up to the checkpoint: they are another log's, or were made anew.")
	ErrProof      = fault.New(fault.Invalid, "verify.proof_wrong", "The proof does not lead from the entry to the checkpoint.")
	ErrProofForm  = fault.New(fault.Invalid, "verify.proof_malformed", "This is not a proof from a public log.")

	errMissing  = fault.New(fault.Invalid, "verify.tile_missing", "")
	errShort    = fault.New(fault.Invalid, "verify.tile_truncated", "")
	errTile     = fault.New(fault.Invalid, "verify.tile_changed", "")
	errEdited   = fault.New(fault.Invalid, "verify.entry_changed", "")
	errRemoved  = fault.New(fault.Invalid, "verify.entry_missing", "")
	errReorder  = fault.New(fault.Invalid, "verify.entries_reordered", "")
	errFormless = fault.New(fault.Invalid, "verify.entries_malformed", "")
)

// say is f with a sentence about this case.
func say(f *fault.Fault, msg string, args ...any) *fault.Fault {
	return fault.New(f.Kind, f.Code, msg, args...)
}
