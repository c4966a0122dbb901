-- +goose Up

-- When the mode may be left without the PIN, for it was forgotten; 0 : nobody waits.
ALTER TABLE youth_mode ADD COLUMN leave_at BIGINT NOT NULL DEFAULT 0;
