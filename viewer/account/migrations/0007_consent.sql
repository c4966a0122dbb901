-- +goose Up
-- What a viewer was told and agreed to, one row for every word. What holds is
-- the last one on each matter.
CREATE TABLE account_consent (
	account_id TEXT    NOT NULL,
	profile_id TEXT    NOT NULL,
	what       TEXT    NOT NULL CHECK (what IN ('terms', 'privacy', 'analytics', 'profiling')),
	at         BIGINT  NOT NULL,
	version    TEXT    NOT NULL, -- of the text it is about
	granted    BOOLEAN NOT NULL,
	market     TEXT    NOT NULL, -- where it was said; '' is at home
	device_id  TEXT    NOT NULL,
	PRIMARY KEY (account_id, profile_id, what, at)
);
