-- +goose Up

-- From where a device asked for codes last: the digest of its neighbourhood, so that
-- nobody's requests keep away who asks from elsewhere. Codes that are open in this
-- moment are asked for again.
DROP TABLE account_code;
CREATE TABLE account_code (
	address    BYTEA  NOT NULL, -- its digest
	asker      BYTEA  NOT NULL, -- the digest of the device
	network    BYTEA  NOT NULL, -- the digest of where it asked from
	digest     BYTEA  NOT NULL, -- of the code; empty once it was used
	tries      BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	sent_at    BIGINT NOT NULL,
	n          BIGINT NOT NULL,
	since      BIGINT NOT NULL,
	PRIMARY KEY (address, asker)
);
CREATE INDEX account_code_age ON account_code (sent_at);
