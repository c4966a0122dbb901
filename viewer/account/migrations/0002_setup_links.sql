-- +goose Up
-- The open invitations to set the house up: one of each start of a node.
CREATE TABLE account_setup_link (
	token_hash BYTEA  NOT NULL PRIMARY KEY,
	expires_at BIGINT NOT NULL
);
INSERT INTO account_setup_link (token_hash, expires_at) SELECT token_hash, expires_at FROM account_setup;
DROP TABLE account_setup;
