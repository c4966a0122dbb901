-- +goose Up

-- What was heard of each player that showed an episode on a device, so that no
-- report counts twice.
CREATE TABLE youth_sitting (
	account_id TEXT   NOT NULL,
	profile_id TEXT   NOT NULL,
	device_id  TEXT   NOT NULL,
	sitting    TEXT   NOT NULL,
	heard_at   BIGINT NOT NULL,
	course     TEXT   NOT NULL, -- JSON
	PRIMARY KEY (account_id, profile_id, device_id, sitting)
);

ALTER TABLE youth_screen DROP COLUMN seq;
ALTER TABLE youth_screen DROP COLUMN position;

-- Since when the mode is on; 0 : not known, or long ago.
ALTER TABLE youth_mode ADD COLUMN began_at BIGINT NOT NULL DEFAULT 0;
