-- +goose Up

-- Of a range of ages that was said, the band an adult of the account says is meant; '' : nobody did.
ALTER TABLE youth_mode ADD COLUMN confirmed_band TEXT NOT NULL DEFAULT '';
