-- +goose Up
CREATE TABLE catalogue_drama (
    id                 TEXT PRIMARY KEY,
    org_id             TEXT NOT NULL,
    key                TEXT NOT NULL,
    state              TEXT NOT NULL CHECK (state IN ('draft', 'ready', 'published', 'withdrawn')),
    reason             TEXT NOT NULL, -- of the last step, in a person's words
    about              TEXT NOT NULL, -- JSON of About: nothing in it is asked for by SQL
    portrait           TEXT NOT NULL, -- JSON of poster.Image, or empty
    landscape          TEXT NOT NULL,
    audience           TEXT NOT NULL,
    title_text         TEXT NOT NULL, -- folded titles in all languages
    search_text        TEXT NOT NULL, -- folded words of everything, and their pinyin
    publish_when_ready BOOLEAN NOT NULL,
    version            BIGINT NOT NULL,
    change             BIGINT NOT NULL,
    created_at         BIGINT NOT NULL,
    updated_at         BIGINT NOT NULL,
    published_at       BIGINT NOT NULL, -- 0: never
    UNIQUE (org_id, key)
);
CREATE UNIQUE INDEX catalogue_drama_change ON catalogue_drama (change);
CREATE INDEX catalogue_drama_new ON catalogue_drama (published_at, id) WHERE state = 'published';
CREATE INDEX catalogue_drama_console ON catalogue_drama (org_id, updated_at, id);

-- Carries the time of publishing too, so that a genre's newest dramas are one
-- walk along an index, whatever the planner believes about the sizes.
CREATE TABLE catalogue_drama_genre (
    drama_id     TEXT NOT NULL REFERENCES catalogue_drama (id) ON DELETE CASCADE,
    genre        TEXT NOT NULL,
    published_at BIGINT NOT NULL, -- 0: not published now
    PRIMARY KEY (drama_id, genre)
);
CREATE INDEX catalogue_drama_genre_new ON catalogue_drama_genre (genre, published_at, drama_id) WHERE published_at > 0;

CREATE TABLE catalogue_episode (
    id       TEXT PRIMARY KEY,
    drama_id TEXT NOT NULL REFERENCES catalogue_drama (id) ON DELETE CASCADE,
    number   BIGINT NOT NULL CHECK (number BETWEEN 1 AND 500),
    title    TEXT NOT NULL, -- JSON of Text
    asset_id TEXT NOT NULL, -- empty: none yet
    UNIQUE (drama_id, number)
);
CREATE INDEX catalogue_episode_asset ON catalogue_episode (asset_id) WHERE asset_id <> '';

CREATE TABLE catalogue_release (
    episode_id TEXT NOT NULL REFERENCES catalogue_episode (id) ON DELETE CASCADE,
    market     TEXT NOT NULL,
    release_at BIGINT NOT NULL CHECK (release_at > 0),
    PRIMARY KEY (episode_id, market)
);

CREATE TABLE catalogue_subtitle (
    episode_id TEXT NOT NULL REFERENCES catalogue_episode (id) ON DELETE CASCADE,
    lang       TEXT NOT NULL,
    hash       TEXT NOT NULL, -- names the blob
    source     TEXT NOT NULL, -- hash of the file it was made from
    cues       BIGINT NOT NULL,
    long_cues  BIGINT NOT NULL,
    PRIMARY KEY (episode_id, lang)
);

-- What media last told of an asset, whether an episode has it already or not.
CREATE TABLE catalogue_asset (
    asset_id    TEXT PRIMARY KEY,
    playable    BOOLEAN NOT NULL,
    duration_ms BIGINT NOT NULL,
    width       BIGINT NOT NULL,
    height      BIGINT NOT NULL
);

-- The change sequence. Its row stays locked until the transaction that took a
-- number ends, so numbers become visible in order.
CREATE TABLE catalogue_counter (
    name  TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO catalogue_counter (name, value) VALUES ('change', 0);

-- +goose Down
DROP TABLE catalogue_counter;
DROP TABLE catalogue_asset;
DROP TABLE catalogue_subtitle;
DROP TABLE catalogue_release;
DROP TABLE catalogue_episode;
DROP TABLE catalogue_drama_genre;
DROP TABLE catalogue_drama;
