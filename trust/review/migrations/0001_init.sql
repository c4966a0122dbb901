-- +goose Up

-- One case for each version of a drama that was submitted.
CREATE TABLE review_case (
	id           TEXT   NOT NULL PRIMARY KEY,
	drama_id     TEXT   NOT NULL,
	org_id       TEXT   NOT NULL,
	version      TEXT   NOT NULL, -- SHA-256 of what is reviewed
	material     TEXT   NOT NULL, -- JSON
	rules        TEXT   NOT NULL, -- JSON: what the market wanted when it was submitted
	state        TEXT   NOT NULL,
	since        BIGINT NOT NULL, -- in this state
	acts         BIGINT NOT NULL, -- how many there are; for optimistic writes
	submitted_at BIGINT NOT NULL,
	CHECK (acts > 0)
);
CREATE UNIQUE INDEX review_case_version ON review_case (drama_id, version) WHERE state NOT IN ('withdrawn', 'superseded');
CREATE INDEX review_case_drama ON review_case (drama_id, submitted_at);
CREATE INDEX review_case_queue ON review_case (state, since, id);

-- Every step of a case's way.
CREATE TABLE review_act (
	case_id    TEXT    NOT NULL,
	n          BIGINT  NOT NULL, -- from 1
	verb       TEXT    NOT NULL,
	person     TEXT    NOT NULL, -- who it is, whichever account they use
	staff_id   TEXT    NOT NULL, -- the account; empty: the house
	system     BOOLEAN NOT NULL,
	from_state TEXT    NOT NULL,
	to_state   TEXT    NOT NULL,
	reason     TEXT    NOT NULL,
	at         BIGINT  NOT NULL,
	PRIMARY KEY (case_id, n)
);

-- What a person has seen of a version.
CREATE TABLE review_seen (
	case_id TEXT   NOT NULL,
	person  TEXT   NOT NULL,
	seen    TEXT   NOT NULL, -- JSON
	given   TEXT   NOT NULL, -- JSON: until when they have links, by episode
	at      BIGINT NOT NULL,
	PRIMARY KEY (case_id, person)
);

-- What reviewers noted at a moment of an episode.
CREATE TABLE review_mark (
	id       TEXT   NOT NULL PRIMARY KEY,
	case_id  TEXT   NOT NULL,
	episode  BIGINT NOT NULL, -- its number
	at_ms    BIGINT NOT NULL,
	code     TEXT   NOT NULL,
	severity TEXT   NOT NULL CHECK (severity IN ('S0', 'S1', 'S2', 'S3')),
	note     TEXT   NOT NULL,
	staff_id TEXT   NOT NULL,
	made_at  BIGINT NOT NULL
);
CREATE INDEX review_mark_case ON review_mark (case_id, episode, at_ms, id);

-- Who has an interest in whose work, beside who works there.
CREATE TABLE review_interest (
	staff_id TEXT   NOT NULL,
	org_id   TEXT   NOT NULL,
	reason   TEXT   NOT NULL,
	said_by  TEXT   NOT NULL,
	at       BIGINT NOT NULL,
	PRIMARY KEY (staff_id, org_id)
);
