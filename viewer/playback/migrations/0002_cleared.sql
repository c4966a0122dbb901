-- +goose Up
CREATE TABLE playback_cleared (
	account_id TEXT   NOT NULL,
	profile_id TEXT   NOT NULL,
	cleared_at BIGINT NOT NULL, -- the last time; what was cleared is not kept
	PRIMARY KEY (account_id, profile_id)
);
