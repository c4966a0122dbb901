-- +goose Up
ALTER TABLE account_profile ADD COLUMN colour TEXT NOT NULL DEFAULT 'violet'
	CHECK (colour IN ('violet', 'rose', 'amber', 'green', 'teal', 'blue'));
-- argon2id in PHC form; empty: anyone of the account may choose it.
ALTER TABLE account_profile ADD COLUMN pin TEXT NOT NULL DEFAULT '';
