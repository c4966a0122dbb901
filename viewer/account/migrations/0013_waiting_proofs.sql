-- +goose Up

-- What a person has proved on a device whose account it would change: it waits for
-- their word, one at a time.
CREATE TABLE account_proof (
	account_id   TEXT   NOT NULL,
	device_id    TEXT   NOT NULL,
	token_hash   BYTEA  NOT NULL,
	digest       BYTEA  NOT NULL, -- of the credential
	kind         TEXT   NOT NULL,
	hint         TEXT   NOT NULL,
	into_account TEXT   NOT NULL, -- whose it was when the person was asked
	would        TEXT   NOT NULL CHECK (would IN ('merge', 'move')),
	expires_at   BIGINT NOT NULL,
	PRIMARY KEY (account_id, device_id)
);
CREATE INDEX account_proof_age ON account_proof (expires_at);
