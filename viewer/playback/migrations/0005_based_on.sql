-- +goose Up
-- How much of the profile's history the player that wrote a position had seen.
ALTER TABLE playback_position ADD COLUMN based_on BIGINT NOT NULL DEFAULT 0;
