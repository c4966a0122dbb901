-- +goose Up

-- An AV1 rendition that failed or was stopped is made again only on request.
ALTER TABLE media_asset ADD COLUMN av1_state TEXT NOT NULL DEFAULT '' CHECK (av1_state IN ('','wanted','done','failed','cancelled'));
UPDATE media_asset SET av1_state = av1;
ALTER TABLE media_asset DROP COLUMN av1;
ALTER TABLE media_asset RENAME COLUMN av1_state TO av1;
