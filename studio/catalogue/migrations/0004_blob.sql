-- +goose Up

-- Which pictures a drama shows: what its portrait and landscape say, for SQL.
CREATE TABLE catalogue_picture (
    drama_id TEXT NOT NULL REFERENCES catalogue_drama (id) ON DELETE CASCADE,
    hash     TEXT NOT NULL,
    PRIMARY KEY (drama_id, hash)
);
CREATE INDEX catalogue_picture_hash ON catalogue_picture (hash);
CREATE INDEX catalogue_subtitle_hash ON catalogue_subtitle (hash);

-- Every blob the catalogue may have written; see internal/platform/sweep.
CREATE TABLE catalogue_blob (
    blob_key   TEXT PRIMARY KEY,
    state      TEXT NOT NULL CHECK (state IN ('live', 'doomed', 'leaving')),
    claimed_at BIGINT NOT NULL,
    doomed_at  BIGINT NOT NULL
);
CREATE INDEX catalogue_blob_by_state ON catalogue_blob (state, claimed_at);

-- What there is so far. A picture is named in JSON as "hash":"…", the same way
-- in every form that was written.
INSERT INTO catalogue_picture (drama_id, hash)
WITH RECURSIVE place (n) AS (
    SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < (SELECT MAX(LENGTH(portrait) + LENGTH(landscape)) FROM catalogue_drama)
)
SELECT DISTINCT d.id, SUBSTR(d.portrait || d.landscape, place.n + 8, 32)
FROM catalogue_drama d JOIN place ON place.n < LENGTH(d.portrait || d.landscape)
WHERE SUBSTR(d.portrait || d.landscape, place.n, 8) = '"hash":"';

INSERT INTO catalogue_blob (blob_key, state, claimed_at, doomed_at)
SELECT DISTINCT 'catalogue/pictures/' || p.hash || '/' || f.name, 'live', 0, 0
FROM catalogue_picture p CROSS JOIN (SELECT 'original' AS name UNION ALL SELECT '180.jpg' UNION ALL SELECT '360.jpg' UNION ALL SELECT '720.jpg') f;

INSERT INTO catalogue_blob (blob_key, state, claimed_at, doomed_at)
SELECT DISTINCT 'catalogue/subtitles/' || hash || '.vtt', 'live', 0, 0 FROM catalogue_subtitle;

-- +goose Down
DROP INDEX catalogue_subtitle_hash;
DROP TABLE catalogue_blob;
DROP TABLE catalogue_picture;
