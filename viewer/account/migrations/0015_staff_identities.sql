-- +goose Up

-- Who staff are elsewhere: nothing of a viewer's.
CREATE TABLE account_staff_identity (
	staff_id TEXT   NOT NULL REFERENCES account_staff (id),
	issuer   TEXT   NOT NULL, -- who vouches; one identity of each
	digest   BYTEA  NOT NULL, -- keyed, of issuer and subject
	hint     TEXT   NOT NULL, -- for its owner to know it by
	added_at BIGINT NOT NULL,
	used_at  BIGINT NOT NULL, -- 0: not yet
	PRIMARY KEY (staff_id, issuer)
);
CREATE UNIQUE INDEX account_staff_identity_digest ON account_staff_identity (digest);
