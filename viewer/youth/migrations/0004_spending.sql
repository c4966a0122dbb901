-- +goose Up

-- A guardian's own limit on what is paid, in minor units; -1 : the rule's.
ALTER TABLE youth_mode ADD COLUMN spend_currency TEXT NOT NULL DEFAULT '';
ALTER TABLE youth_mode ADD COLUMN spend_payment BIGINT NOT NULL DEFAULT -1;
ALTER TABLE youth_mode ADD COLUMN spend_month BIGINT NOT NULL DEFAULT -1;
