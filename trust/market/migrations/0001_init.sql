-- +goose Up

-- Rule packs that operators proposed. A row that was in force is never changed.
CREATE TABLE market_pack (
	id           TEXT   NOT NULL PRIMARY KEY,
	code         TEXT   NOT NULL,
	version      TEXT   NOT NULL,
	hash         TEXT   NOT NULL, -- SHA-256 of text
	text         TEXT   NOT NULL,
	diff         TEXT   NOT NULL, -- hash of what it changes, as last seen
	proposed_by  TEXT   NOT NULL,
	proposed_at  BIGINT NOT NULL,
	confirmed_by TEXT   NOT NULL DEFAULT '',
	confirmed_at BIGINT NOT NULL DEFAULT 0,
	in_force_at  BIGINT NOT NULL DEFAULT 0, -- 0: not confirmed
	told_at      BIGINT NOT NULL DEFAULT 0, -- when it was announced to be in force; 0: not yet
	ended_by     TEXT   NOT NULL DEFAULT '',
	ended_at     BIGINT NOT NULL DEFAULT 0, -- withdrawn
	CHECK ((confirmed_at = 0) = (in_force_at = 0)),
	CHECK (told_at = 0 OR in_force_at > 0 AND ended_at = 0)
);
CREATE UNIQUE INDEX market_pack_staged ON market_pack (code) WHERE confirmed_at = 0 AND ended_at = 0;
CREATE INDEX market_pack_due ON market_pack (in_force_at) WHERE told_at = 0 AND ended_at = 0 AND in_force_at > 0;

-- In which market a session is, and why. A session of which nothing is known has
-- no row.
CREATE TABLE market_session (
	account_id TEXT   NOT NULL,
	session_id TEXT   NOT NULL,
	market     TEXT   NOT NULL,
	decided_by TEXT   NOT NULL CHECK (decided_by IN ('device', 'payment', 'proxy', 'setting')),
	evidence   TEXT   NOT NULL, -- JSON
	at         BIGINT NOT NULL,
	PRIMARY KEY (account_id, session_id)
);
CREATE INDEX market_session_age ON market_session (at);
