-- +goose Up
ALTER TABLE catalogue_asset ADD COLUMN blocked BOOLEAN NOT NULL DEFAULT false; -- by quality control

-- +goose Down
ALTER TABLE catalogue_asset DROP COLUMN blocked;
