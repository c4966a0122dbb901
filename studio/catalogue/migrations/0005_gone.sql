-- +goose Up
ALTER TABLE catalogue_asset ADD COLUMN gone BOOLEAN NOT NULL DEFAULT false; -- let go of: no episode is given it any more

-- +goose Down
ALTER TABLE catalogue_asset DROP COLUMN gone;
