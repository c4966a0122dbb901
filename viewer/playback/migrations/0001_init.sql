-- +goose Up
CREATE TABLE playback_position (
	account_id  TEXT    NOT NULL,
	profile_id  TEXT    NOT NULL,
	drama_id    TEXT    NOT NULL,
	episode_id  TEXT    NOT NULL,
	offset_ms   BIGINT  NOT NULL CHECK (offset_ms >= 0),
	finished    BOOLEAN NOT NULL,
	version     BIGINT  NOT NULL CHECK (version > 0),
	happened_at BIGINT  NOT NULL,
	device_id   TEXT    NOT NULL,
	sitting     TEXT    NOT NULL,
	seq         BIGINT  NOT NULL,
	updated_at  BIGINT  NOT NULL,
	PRIMARY KEY (account_id, profile_id, drama_id)
);
CREATE INDEX playback_position_latest ON playback_position (account_id, profile_id, updated_at, drama_id);

CREATE TABLE playback_seen (
	account_id  TEXT   NOT NULL,
	profile_id  TEXT   NOT NULL,
	drama_id    TEXT   NOT NULL,
	episode_id  TEXT   NOT NULL,
	furthest_ms BIGINT NOT NULL CHECK (furthest_ms >= 0),
	started_at  BIGINT NOT NULL,
	finished_at BIGINT NOT NULL, -- 0: not yet
	PRIMARY KEY (account_id, profile_id, drama_id, episode_id)
);
