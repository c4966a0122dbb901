-- +goose Up

-- The video that takes the place of asset_id once it can be watched; empty: none.
ALTER TABLE catalogue_episode ADD COLUMN next_asset_id TEXT NOT NULL DEFAULT '';
CREATE INDEX catalogue_episode_next ON catalogue_episode (next_asset_id) WHERE next_asset_id <> '';
