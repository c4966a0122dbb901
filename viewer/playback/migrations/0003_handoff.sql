-- +goose Up
CREATE TABLE playback_handoff (
	digest     BYTEA  PRIMARY KEY, -- SHA-256 of the token, which is kept nowhere
	account_id TEXT   NOT NULL,
	profile_id TEXT   NOT NULL,
	device_id  TEXT   NOT NULL,
	drama_id   TEXT   NOT NULL,
	episode_id TEXT   NOT NULL,
	offset_ms  BIGINT NOT NULL CHECK (offset_ms >= 0),
	made_at    BIGINT NOT NULL,
	expires_at BIGINT NOT NULL
);

CREATE INDEX playback_handoff_expiry ON playback_handoff (expires_at);
