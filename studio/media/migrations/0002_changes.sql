-- +goose Up

-- Every node asks every few seconds what changed.
CREATE INDEX media_asset_by_change ON media_asset (updated_at);
