-- +goose Up

-- A master of one organisation and what became of it. The same file twice in
-- one organisation is one asset; two organisations share at most the blob.
CREATE TABLE media_asset (
    id           TEXT PRIMARY KEY,
    org_id       TEXT NOT NULL,
    sha256       TEXT NOT NULL,
    filename     TEXT NOT NULL,
    size         BIGINT NOT NULL CHECK (size >= 0),
    drama_hint   TEXT NOT NULL,              -- what the uploader said it is for
    episode_hint BIGINT NOT NULL,
    profile      TEXT NOT NULL,              -- delivery profile it is judged by
    state        TEXT NOT NULL CHECK (state IN ('uploaded','probing','transcoding','playable','complete','failed','cancelled')),
    stage        TEXT NOT NULL,
    percent      BIGINT NOT NULL CHECK (percent BETWEEN 0 AND 100),
    run          TEXT NOT NULL,              -- the attempt that may write; '' when none
    attempts     BIGINT NOT NULL,
    problem_code TEXT NOT NULL,
    problem_msg  TEXT NOT NULL,
    outcome      TEXT NOT NULL CHECK (outcome IN ('','pass','warn','block')),
    blocks       BIGINT NOT NULL,
    warns        BIGINT NOT NULL,
    duration_ms  BIGINT NOT NULL,
    width        BIGINT NOT NULL,
    height       BIGINT NOT NULL,
    report       TEXT NOT NULL,              -- JSON: source, scenes, sprite geometry, likeness
    av1          TEXT NOT NULL CHECK (av1 IN ('','wanted','done')),
    plays        BIGINT NOT NULL,
    epoch        BIGINT NOT NULL CHECK (epoch >= 0),
    created_at   BIGINT NOT NULL,
    queued_at    BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    playable_at  BIGINT NOT NULL,
    finished_at  BIGINT NOT NULL,
    UNIQUE (org_id, sha256)
);
CREATE INDEX media_asset_by_sha ON media_asset (sha256);
CREATE INDEX media_asset_waiting ON media_asset (queued_at, id) WHERE state = 'uploaded';

-- One file made from a master.
CREATE TABLE media_rendition (
    asset_id TEXT NOT NULL,
    name     TEXT NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('video','audio','head','sprite','poster','frames','likeness')),
    codec    TEXT NOT NULL,
    width    BIGINT NOT NULL,
    height   BIGINT NOT NULL,
    bitrate  BIGINT NOT NULL,                -- average, bits per second
    bytes    BIGINT NOT NULL,
    sha256   TEXT NOT NULL,
    blob_key TEXT NOT NULL,
    later    BOOLEAN NOT NULL,               -- made by the second pass
    track    TEXT NOT NULL,                  -- JSON: where its segments lie; '' for files without
    PRIMARY KEY (asset_id, name)
);
CREATE INDEX media_rendition_by_blob ON media_rendition (blob_key);

-- What the quality check found.
CREATE TABLE media_finding (
    asset_id TEXT NOT NULL,
    n        BIGINT NOT NULL,
    code     TEXT NOT NULL,
    severity TEXT NOT NULL,
    at_ms    BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    measured DOUBLE PRECISION NOT NULL,
    allowed  DOUBLE PRECISION NOT NULL,
    unit     TEXT NOT NULL,
    message  TEXT NOT NULL,
    PRIMARY KEY (asset_id, n)
);

-- Every blob this capability may have written: it is entered before its first
-- byte is, so nothing can lie in the store unknown.
CREATE TABLE media_blob (
    blob_key   TEXT PRIMARY KEY,
    state      TEXT NOT NULL CHECK (state IN ('live','doomed','leaving')),
    claimed_at BIGINT NOT NULL,
    doomed_at  BIGINT NOT NULL
);
CREATE INDEX media_blob_by_state ON media_blob (state, claimed_at);

CREATE TABLE media_upload (
    id         TEXT PRIMARY KEY,
    org_id     TEXT NOT NULL,
    staff_id   TEXT NOT NULL,
    node       TEXT NOT NULL,                -- where its bytes lie
    filename   TEXT NOT NULL,
    size       BIGINT NOT NULL CHECK (size >= 0),
    received   BIGINT NOT NULL,
    drama_hint TEXT NOT NULL,
    episode_hint BIGINT NOT NULL,
    profile    TEXT NOT NULL,
    asset_id   TEXT NOT NULL,                -- '' until it is complete
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX media_upload_by_org ON media_upload (org_id, id);
CREATE INDEX media_upload_by_expiry ON media_upload (expires_at);

-- The nodes of this house and where the others reach them.
CREATE TABLE media_node (
    name    TEXT PRIMARY KEY,
    url     TEXT NOT NULL,
    seen_at BIGINT NOT NULL
);

-- The secrets media URLs are signed with; the youngest that every node has had
-- time to learn signs.
CREATE TABLE media_key (
    id         BIGINT PRIMARY KEY CHECK (id BETWEEN 1 AND 255),
    secret     BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
