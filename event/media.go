package event

import "cliffhanger/internal/kernel/id"

// UploadCompleted: every byte of a master has arrived and its checksum is right.
// Drama and Episode say which episode it was sent for, where the sender said so.
type UploadCompleted struct {
	Asset   id.Asset `json:"asset"`
	Org     id.Org   `json:"org"`
	Drama   id.Drama `json:"drama,omitempty"`
	Episode int      `json:"episode,omitempty"` // the number within the drama, from 1
}

// AssetPlayable: the first renditions exist; a viewer could watch, unless quality
// control blocks it. It is announced again when the verdict changes.
type AssetPlayable struct {
	Asset      id.Asset `json:"asset"`
	DurationMS int64    `json:"duration_ms"`
	Width      int      `json:"width"`
	Height     int      `json:"height"`
	Blocked    bool     `json:"blocked,omitempty"`
	Org        id.Org   `json:"org,omitempty"`  // whose it is
	Name       string   `json:"name,omitempty"` // as its uploader called it
}

// AssetComplete: every rendition the plan asked for exists.
type AssetComplete struct {
	Asset id.Asset `json:"asset"`
}

// AssetFailed: the master cannot be used, for the reason with that code.
type AssetFailed struct {
	Asset id.Asset `json:"asset"`
	Code  string   `json:"code"`
	Org   id.Org   `json:"org,omitempty"`  // whose it is
	Name  string   `json:"name,omitempty"` // as its uploader called it
}

// AssetDeleted: the master and everything made from it are no more.
type AssetDeleted struct {
	Asset id.Asset `json:"asset"`
	Org   id.Org   `json:"org"` // whose it was
}

func (UploadCompleted) Fact() string { return "media.upload_completed" }
func (AssetPlayable) Fact() string   { return "media.asset_playable" }
func (AssetComplete) Fact() string   { return "media.asset_complete" }
func (AssetFailed) Fact() string     { return "media.asset_failed" }
func (AssetDeleted) Fact() string    { return "media.asset_deleted" }
