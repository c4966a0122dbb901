-- +goose Up

CREATE TABLE library_follow (
	account_id TEXT   NOT NULL,
	profile_id TEXT   NOT NULL,
	drama_id   TEXT   NOT NULL,
	at         BIGINT NOT NULL,
	PRIMARY KEY (account_id, profile_id, drama_id)
);
CREATE INDEX library_follow_latest ON library_follow (account_id, profile_id, at, drama_id);

CREATE TABLE library_like (
	account_id TEXT   NOT NULL,
	profile_id TEXT   NOT NULL,
	episode_id TEXT   NOT NULL,
	drama_id   TEXT   NOT NULL,
	at         BIGINT NOT NULL,
	PRIMARY KEY (account_id, profile_id, episode_id)
);
CREATE INDEX library_like_latest ON library_like (account_id, profile_id, at, episode_id);

CREATE TABLE library_hidden (
	account_id TEXT   NOT NULL,
	profile_id TEXT   NOT NULL,
	drama_id   TEXT   NOT NULL,
	at         BIGINT NOT NULL,
	PRIMARY KEY (account_id, profile_id, drama_id)
);
CREATE INDEX library_hidden_latest ON library_hidden (account_id, profile_id, at, drama_id);

CREATE TABLE library_rating (
	account_id TEXT   NOT NULL,
	profile_id TEXT   NOT NULL,
	drama_id   TEXT   NOT NULL,
	score      BIGINT NOT NULL CHECK (score BETWEEN 1 AND 10),
	at         BIGINT NOT NULL,
	PRIMARY KEY (account_id, profile_id, drama_id)
);

-- How many, and for ratings how many points. Whoever follows, likes or rates
-- only inserts a change; a fold adds changes to the tally afterwards. So the
-- most popular drama has no row that everybody waits for, and tally plus
-- changes is exact at every moment.

CREATE TABLE library_tally (
	subject TEXT   NOT NULL, -- a drama or an episode
	kind    TEXT   NOT NULL CHECK (kind IN ('follow', 'like', 'rating')),
	n       BIGINT NOT NULL,
	points  BIGINT NOT NULL,
	PRIMARY KEY (subject, kind)
);
CREATE INDEX library_tally_rated ON library_tally (n) WHERE kind = 'rating';

CREATE TABLE library_change (
	id      TEXT   NOT NULL PRIMARY KEY,
	subject TEXT   NOT NULL,
	kind    TEXT   NOT NULL CHECK (kind IN ('follow', 'like', 'rating')),
	n       BIGINT NOT NULL,
	points  BIGINT NOT NULL
);
CREATE INDEX library_change_subject ON library_change (subject);
