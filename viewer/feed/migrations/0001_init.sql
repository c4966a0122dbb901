-- +goose Up
CREATE TABLE feed_drama (
	drama_id     TEXT    NOT NULL PRIMARY KEY,
	published    BOOLEAN NOT NULL,
	published_at BIGINT  NOT NULL, -- first time; 0: never yet
	changed_at   BIGINT  NOT NULL, -- of the latest publication or withdrawal that is known
	starts       BIGINT  NOT NULL, -- episodes begun, once per profile and episode
	finishes     BIGINT  NOT NULL  -- episodes seen to their end, likewise
);
