-- +goose Up

-- A person may be known again by a passkey too.
ALTER TABLE account_credential RENAME TO account_credential_narrow;
CREATE TABLE account_credential (
	digest      BYTEA  NOT NULL PRIMARY KEY,
	kind        TEXT   NOT NULL CHECK (kind IN ('email', 'phone', 'oidc', 'xiaomi', 'passkey')),
	hint        TEXT   NOT NULL, -- for its owner to know it by
	account_id  TEXT   NOT NULL,
	verified_at BIGINT NOT NULL
);
INSERT INTO account_credential (digest, kind, hint, account_id, verified_at)
	SELECT digest, kind, hint, account_id, verified_at FROM account_credential_narrow;
DROP TABLE account_credential_narrow;
CREATE INDEX account_credential_owner ON account_credential (account_id);

-- What checking a passkey needs, beside its credential.
CREATE TABLE account_passkey (
	account_id TEXT  NOT NULL,
	digest     BYTEA NOT NULL, -- of its credential
	record     BYTEA NOT NULL,
	PRIMARY KEY (account_id, digest)
);
CREATE UNIQUE INDEX account_passkey_digest ON account_passkey (digest);
