-- +goose Up

-- What was asked of a browser and not answered yet.
CREATE TABLE passkey_ceremony (
	token_hash BYTEA  NOT NULL PRIMARY KEY,
	realm      TEXT   NOT NULL,
	state      TEXT   NOT NULL, -- JSON, as the library keeps it
	expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_ceremony_expiry ON passkey_ceremony (expires_at);
