-- +goose Up
-- Televisions that ask to be signed in (RFC 8628), for as long as that takes.
CREATE TABLE account_device_code (
	device_hash BYTEA  NOT NULL PRIMARY KEY, -- of the secret the television holds
	user_hash   BYTEA  NOT NULL UNIQUE,      -- of the code it shows
	device      TEXT   NOT NULL,             -- JSON: what the television says of itself
	challenge   TEXT   NOT NULL,             -- SHA-256 in base 64 (RFC 7636); '' if it gave none
	state       TEXT   NOT NULL CHECK (state IN ('new', 'scanned', 'approved', 'denied', 'redeemed')),
	account_id  TEXT   NOT NULL,             -- of whoever approved; '' before
	profile_id  TEXT   NOT NULL,
	expires_at  BIGINT NOT NULL,
	interval_us BIGINT NOT NULL,             -- between two questions of the television
	asked_at    BIGINT NOT NULL              -- 0: not yet
);
CREATE INDEX account_device_code_expiry ON account_device_code (expires_at);
