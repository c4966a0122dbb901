-- +goose Up

-- Keys staff sign in with: nothing of a viewer's.
CREATE TABLE account_staff_passkey (
	staff_id TEXT   NOT NULL REFERENCES account_staff (id),
	digest   BYTEA  NOT NULL, -- of the key's identifier
	record   BYTEA  NOT NULL,
	name     TEXT   NOT NULL, -- for its owner to know it by
	added_at BIGINT NOT NULL,
	used_at  BIGINT NOT NULL, -- 0: not yet
	PRIMARY KEY (staff_id, digest)
);
CREATE UNIQUE INDEX account_staff_passkey_digest ON account_staff_passkey (digest);
