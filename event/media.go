package event

import "cliffhanger/internal/kernel/id"

// UploadCompleted: every byte of a master has arrived and its checksum is right.
// Drama and Episode say which episode it was sent for, where the sender said so.
type UploadCompleted struct {
	Asset   id.Asset `json:"asset"`
	Org     id.Org   `json:"org"`
	Drama   id.Drama `json:"drama,omitempty"`
	Episode int      `json:"episode,omitempty"` // the number within the drama, from 1
	SHA256  string   `json:"sha256,omitempty"`  // of the master, hexadecimal
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
	By    Doer     `json:"by"`
}

func (UploadCompleted) Fact() string { return "media.upload_completed" }
func (AssetPlayable) Fact() string   { return "media.asset_playable" }
func (AssetComplete) Fact() string   { return "media.asset_complete" }
func (AssetFailed) Fact() string     { return "media.asset_failed" }
func (AssetDeleted) Fact() string    { return "media.asset_deleted" }

func (f UploadCompleted) Record() Record {
	r := ofAsset(f.Asset, f.Org, "uploaded")
	r.Drama = f.Drama
	if f.SHA256 != "" {
		r.Hashes = []string{f.SHA256}
	}
	return r
}
func (f AssetPlayable) Record() Record {
	if f.Blocked {
		return ofAsset(f.Asset, f.Org, "blocked")
	}
	return ofAsset(f.Asset, f.Org, "playable")
}
func (f AssetFailed) Record() Record {
	r := ofAsset(f.Asset, f.Org, "failed")
	r.Reasons = []string{f.Code}
	return r
}
func (f AssetDeleted) Record() Record {
	r := ofAsset(f.Asset, f.Org, "deleted")
	r.By = f.By
	return r
}
func (f AssetComplete) Record() Record { return ofAsset(f.Asset, "", "complete") }

func ofAsset(a id.Asset, org id.Org, to string) Record {
	return Record{Org: org, Object: Object{Type: "asset", ID: string(a)}, To: to}
}
