-- +goose Up

-- People before a screen. Rows of a person lead with the account.

CREATE TABLE account_account (
	id         TEXT   NOT NULL PRIMARY KEY,
	created_at BIGINT NOT NULL
);

CREATE TABLE account_profile (
	account_id TEXT   NOT NULL,
	id         TEXT   NOT NULL,
	name       TEXT   NOT NULL, -- empty: the app shows its own word
	locale     TEXT   NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (account_id, id)
);

CREATE TABLE account_device (
	account_id   TEXT    NOT NULL,
	id           TEXT    NOT NULL,
	name         TEXT    NOT NULL,
	model        TEXT    NOT NULL,
	form         TEXT    NOT NULL CHECK (form IN ('phone', 'tablet', 'tv', 'desktop')),
	codecs       TEXT    NOT NULL, -- separated by spaces
	hdr          BOOLEAN NOT NULL,
	width        BIGINT  NOT NULL CHECK (width >= 0),
	height       BIGINT  NOT NULL CHECK (height >= 0),
	created_at   BIGINT  NOT NULL,
	last_seen_at BIGINT  NOT NULL,
	PRIMARY KEY (account_id, id)
);

-- The directory from a token to a person: it is what finds the account, so it
-- cannot lead with it. One read of the primary key answers who is asking.
CREATE TABLE account_session (
	token_hash BYTEA  NOT NULL PRIMARY KEY,
	id         TEXT   NOT NULL,
	account_id TEXT   NOT NULL,
	profile_id TEXT   NOT NULL,
	device_id  TEXT   NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at    BIGINT NOT NULL,
	expires_at BIGINT NOT NULL
);
CREATE INDEX account_session_owner ON account_session (account_id, id);
CREATE INDEX account_session_expiry ON account_session (expires_at);

CREATE TABLE account_device_link (
	code_hash  BYTEA  NOT NULL PRIMARY KEY,
	account_id TEXT   NOT NULL,
	profile_id TEXT   NOT NULL,
	expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_device_link_owner ON account_device_link (account_id);

-- People who work here: a realm of its own.

CREATE TABLE account_organisation (
	id         TEXT   NOT NULL PRIMARY KEY,
	name       TEXT   NOT NULL,
	name_key   TEXT   NOT NULL UNIQUE, -- the name as it is compared
	kind       TEXT   NOT NULL CHECK (kind IN ('operator', 'producer')),
	created_at BIGINT NOT NULL
);

CREATE TABLE account_staff (
	id         TEXT    NOT NULL PRIMARY KEY,
	org_id     TEXT    NOT NULL REFERENCES account_organisation (id),
	name       TEXT    NOT NULL,
	email      TEXT    NOT NULL UNIQUE, -- lower case
	password   TEXT    NOT NULL,        -- argon2id in PHC form; empty: none chosen yet
	roles      TEXT    NOT NULL,        -- sorted, separated by spaces
	active     BOOLEAN NOT NULL,
	created_at BIGINT  NOT NULL
);

CREATE TABLE account_staff_session (
	token_hash BYTEA  NOT NULL PRIMARY KEY,
	id         TEXT   NOT NULL,
	staff_id   TEXT   NOT NULL REFERENCES account_staff (id),
	created_at BIGINT NOT NULL,
	seen_at    BIGINT NOT NULL
);
CREATE INDEX account_staff_session_owner ON account_staff_session (staff_id);

CREATE TABLE account_password_link (
	staff_id   TEXT   NOT NULL PRIMARY KEY REFERENCES account_staff (id),
	token_hash BYTEA  NOT NULL UNIQUE,
	expires_at BIGINT NOT NULL
);

-- At most one row: the open invitation to set the house up.
CREATE TABLE account_setup (
	one        BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
	token_hash BYTEA  NOT NULL,
	expires_at BIGINT NOT NULL
);
