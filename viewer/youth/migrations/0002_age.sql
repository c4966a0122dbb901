-- +goose Up

-- What was said of somebody's age, the last of each source.
CREATE TABLE youth_age (
	account_id  TEXT   NOT NULL,
	profile_id  TEXT   NOT NULL,
	source      TEXT   NOT NULL CHECK (source IN ('os', 'store', 'guardian', 'id')),
	band        TEXT   NOT NULL CHECK (band IN ('0-3', '3-8', '8-12', '12-16', '16-18', '18+')), -- when it was said
	birth_month TEXT   NOT NULL, -- 2009-08, '' : not known
	market      TEXT   NOT NULL, -- where it was said
	said_at     BIGINT NOT NULL,
	valid_until BIGINT NOT NULL, -- 0 : it does not end
	PRIMARY KEY (account_id, profile_id, source)
);

-- Profiles whose number a provider matched. Of the number there is a keyed digest.
CREATE TABLE youth_real_name (
	account_id  TEXT   NOT NULL,
	profile_id  TEXT   NOT NULL,
	digest      BYTEA  NOT NULL,
	consent_id  TEXT   NOT NULL,
	provider    TEXT   NOT NULL,
	request     TEXT   NOT NULL, -- the provider's name for what was asked
	matched_at  BIGINT NOT NULL,
	valid_until BIGINT NOT NULL,
	PRIMARY KEY (account_id, profile_id)
);
CREATE INDEX youth_real_name_digest ON youth_real_name (digest, account_id);

-- Who agreed to which text about it.
CREATE TABLE youth_real_name_consent (
	id         TEXT   NOT NULL PRIMARY KEY,
	account_id TEXT   NOT NULL,
	profile_id TEXT   NOT NULL,
	device_id  TEXT   NOT NULL,
	version    TEXT   NOT NULL,
	at         BIGINT NOT NULL
);
CREATE INDEX youth_real_name_consent_profile ON youth_real_name_consent (account_id, profile_id);

-- How often was tried on a day, by an account and with a number.
CREATE TABLE youth_real_name_try (
	account_id TEXT   NOT NULL,
	day        TEXT   NOT NULL,
	n          BIGINT NOT NULL,
	PRIMARY KEY (account_id, day)
);
CREATE TABLE youth_number_try (
	digest BYTEA  NOT NULL,
	day    TEXT   NOT NULL,
	n      BIGINT NOT NULL,
	PRIMARY KEY (digest, day)
);
