-- +goose Up

-- How a person is known again. Of the address itself there is only a digest.
CREATE TABLE account_credential (
	digest      BYTEA  NOT NULL PRIMARY KEY,
	kind        TEXT   NOT NULL CHECK (kind IN ('email', 'phone', 'oidc', 'xiaomi')),
	hint        TEXT   NOT NULL, -- for its owner to know it by
	account_id  TEXT   NOT NULL,
	verified_at BIGINT NOT NULL
);
CREATE INDEX account_credential_owner ON account_credential (account_id);

-- The last code sent to an address, and how many were within an hour.
CREATE TABLE account_code (
	address    BYTEA  NOT NULL PRIMARY KEY, -- its digest
	digest     BYTEA  NOT NULL,             -- of the code; empty once it was used
	tries      BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	sent_at    BIGINT NOT NULL,
	n          BIGINT NOT NULL,
	since      BIGINT NOT NULL
);
CREATE INDEX account_code_age ON account_code (sent_at);

-- What the digests are made with.
CREATE TABLE account_secret (
	one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
	key BYTEA  NOT NULL
);

-- Accounts that became part of another.
CREATE TABLE account_alias (
	from_account TEXT   NOT NULL PRIMARY KEY,
	into_account TEXT   NOT NULL,
	matter       TEXT   NOT NULL,
	at           BIGINT NOT NULL
);
CREATE INDEX account_alias_into ON account_alias (into_account);

-- Merges and erasures that not every capability has answered twice.
CREATE TABLE account_matter (
	id     TEXT   NOT NULL PRIMARY KEY,
	kind   TEXT   NOT NULL CHECK (kind IN ('merged', 'erased')),
	body   TEXT   NOT NULL, -- the fact
	rounds BIGINT NOT NULL,
	due_at BIGINT NOT NULL
);
CREATE INDEX account_matter_due ON account_matter (due_at);

CREATE TABLE account_unsettled (
	matter     TEXT NOT NULL,
	capability TEXT NOT NULL,
	PRIMARY KEY (matter, capability)
);
