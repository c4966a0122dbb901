-- +goose Up

-- The country an account says it is in. It decides the markets of sessions of which
-- nothing stronger is known.
CREATE TABLE market_setting (
	account_id TEXT   NOT NULL PRIMARY KEY,
	country    TEXT   NOT NULL,
	at         BIGINT NOT NULL
);
