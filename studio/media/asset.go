package media

import (
	"time"

	"cliffhanger/event"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
)

// State is where an asset stands.
//
//	uploaded → probing → transcoding → playable → complete
//	    any of the first three → failed, cancelled → uploaded (retry)
type State string

// The states of an asset.
const (
	Uploaded    State = "uploaded"    // the master is here and waits its turn
	Probing     State = "probing"     // what is it?
	Transcoding State = "transcoding" // the first renditions are being made
	Playable    State = "playable"    // the first renditions exist; more may follow
	Complete    State = "complete"    // everything planned exists
	Failed      State = "failed"      // see its problem
	Cancelled   State = "cancelled"   // somebody stopped it
)

// Working reports whether the first pass is still to come or running.
func (s State) Working() bool { return s == Uploaded || s == Probing || s == Transcoding }

// Watchable reports whether viewers can be sent to the asset.
func (s State) Watchable() bool { return s == Playable || s == Complete }

// The stages progress is reported in.
const (
	stageFetch   = "fetch"
	stageProbe   = "probe"
	stageListen  = "listen"
	stageEncode  = "encode"
	stagePublish = "publish"
	stageFinish  = "finish"
	stageAV1     = "av1"
	stageRoom    = "room"   // waits for room on the disk
	stageSilent  = "silent" // never kept, only shown: see Service.hush
)

// Problem says why an asset is not what it should be.
type Problem struct {
	Code string `json:"code"`
	Msg  string `json:"message"`
}

// Verdict is the judgement of the quality check.
type Verdict struct {
	Profile string `json:"profile"` // the delivery profile asked
	Outcome string `json:"outcome" enum:"pass,warn,block"`
}

// Purpose is what an uploader said a file is for; nothing here depends on it.
type Purpose struct {
	Drama   id.Drama
	Episode int // number within the drama; 0 when unsaid
}

// blocking is the outcome that keeps an asset from viewers.
const blocking = "block"

// Asset is a master and its present state.
type Asset struct {
	ID       id.Asset
	Org      id.Org
	SHA256   string // of the master, hexadecimal
	Filename string // as the uploader called it
	Size     int64  // bytes of the master
	For      Purpose
	Profile  string // delivery profile it is judged by

	State    State
	Stage    string
	Percent  int
	Run      id.Job // the attempt that may write; "" when none runs
	Attempts int
	Problem  Problem // its Code is "" when all is well

	Outcome       string // of the quality check: "", pass, warn, block
	Blocks, Warns int    // findings by severity
	DurationMS    int64
	Width, Height int
	Report        Report
	AV1           AV1State
	Plays         int64
	Epoch         uint32

	CreatedAt, QueuedAt, UpdatedAt, PlayableAt, FinishedAt time.Time
}

// AV1State is where the AV1 rendition stands, which an asset is whole without.
type AV1State string

// The states of an AV1 rendition. One that failed or was stopped is made again
// only when somebody asks for it.
const (
	AV1None      AV1State = ""
	AV1Wanted    AV1State = "wanted"
	AV1Done      AV1State = "done"
	AV1Failed    AV1State = "failed"
	AV1Cancelled AV1State = "cancelled"
)

// MasterKey is where the master of the given hash lies in the blob store.
func MasterKey(sha256 string) string { return "masters/" + sha256 }

// RenditionKey is where a file made from a master lies: by content, so that
// equal files are one and nothing ever changes under a cached address.
func RenditionKey(sha256, ext string) string {
	return "r/" + sha256[:2] + "/" + sha256 + ext
}

var (
	errAssetNotFound = fault.New(fault.NotFound, "media.asset_not_found", "There is no such file, or it is not yours.")
	errNotAllowed    = fault.New(fault.Forbidden, "media.not_allowed", "Your account may not do this for this organisation.")
)

// cancel is the asset after somebody stopped it. What is playable stays so:
// only the work still owed is dropped.
func (a Asset) cancel(now time.Time) (Asset, error) {
	switch {
	case a.State.Working():
		a.State, a.FinishedAt = Cancelled, now
	case a.State == Playable && a.Problem.Code == "":
		a.Problem = Problem{"media.cancelled", "The higher qualities were stopped before they were done. Retry makes them."}
	case a.State == Complete && a.AV1 == AV1Wanted:
		a.AV1 = AV1Cancelled
	default:
		return a, fault.New(fault.Conflict, "media.nothing_to_cancel", "Nothing is being made of this file just now.")
	}
	a.Run, a.Stage, a.Percent = "", "", 0
	return a, nil
}

// retry is the asset put back in the queue; first says whether it needs the
// first pass again or only the second.
func (a Asset) retry(now time.Time) (_ Asset, first bool, err error) {
	switch {
	case a.State == Failed || a.State == Cancelled:
		a.State, first = Uploaded, true
	case a.State == Playable && a.Problem.Code != "":
	default:
		return a, false, fault.New(fault.Conflict, "media.nothing_to_retry", "This file has not failed and was not stopped.")
	}
	a.Run, a.Stage, a.Percent, a.Attempts, a.Problem = "", "", 0, 0, Problem{}
	a.QueuedAt, a.FinishedAt, a.Report.Filled = now, time.Time{}, 0
	return a, first, nil
}

// playable is the fact that others are told of an asset.
func (a Asset) playable() event.AssetPlayable {
	return event.AssetPlayable{Asset: a.ID, DurationMS: a.DurationMS, Width: a.Width, Height: a.Height, Blocked: a.Outcome == blocking, Org: a.Org, Name: a.Filename}
}

// fail is the asset after its work was given up. A playable one stays playable;
// with a complete one nothing is wrong, it only has no AV1 rendition.
func (a Asset) fail(p Problem, now time.Time) Asset {
	a.Run, a.Stage, a.Percent = "", "", 0
	switch {
	case a.State == Complete:
		a.AV1 = AV1Failed
	case a.State.Working():
		a.State, a.FinishedAt, a.Problem = Failed, now, p
	default:
		a.Problem = p
	}
	return a
}
