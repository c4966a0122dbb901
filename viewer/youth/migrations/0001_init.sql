-- +goose Up

CREATE TABLE youth_mode (
	account_id    TEXT   NOT NULL,
	profile_id    TEXT   NOT NULL,
	guardian_band TEXT   NOT NULL, -- '' : no guardian switched it on
	pin_hash      TEXT   NOT NULL, -- argon2id in PHC form, '' : none
	wrong         BIGINT NOT NULL, -- wrong PINs since the last right one
	wrong_at      BIGINT NOT NULL,
	system_band   TEXT   NOT NULL, -- '' : no device's system switched it on
	system_device TEXT   NOT NULL,
	system_until  BIGINT NOT NULL, -- end of the last claim that changed something; seconds since 1970
	market        TEXT   NOT NULL, -- whose rules hold
	daily         BIGINT NOT NULL, -- the guardian's own limit, microseconds; -1: the rule's
	curfew        TEXT   NOT NULL, -- likewise, 'HH:MM-HH:MM', '' : none; '-' : the rule's
	changed_at    BIGINT NOT NULL,
	PRIMARY KEY (account_id, profile_id)
);

CREATE TABLE youth_day (
	account_id TEXT   NOT NULL,
	profile_id TEXT   NOT NULL,
	day        TEXT   NOT NULL, -- 2026-03-01, where the rule holds
	used       BIGINT NOT NULL, -- microseconds, as all lengths here
	extended   BIGINT NOT NULL,
	continuous BIGINT NOT NULL, -- watched since the last rest
	watched_at BIGINT NOT NULL, -- when last
	PRIMARY KEY (account_id, profile_id, day)
);

CREATE TABLE youth_screen (
	account_id TEXT    NOT NULL,
	profile_id TEXT    NOT NULL,
	device_id  TEXT    NOT NULL,
	heard_at   BIGINT  NOT NULL,
	unused     BIGINT  NOT NULL,
	sitting    TEXT    NOT NULL,
	seq        BIGINT  NOT NULL,
	position   BIGINT  NOT NULL,
	running    BOOLEAN NOT NULL,
	PRIMARY KEY (account_id, profile_id, device_id)
);

CREATE TABLE youth_log (
	id         TEXT   NOT NULL PRIMARY KEY,
	account_id TEXT   NOT NULL,
	profile_id TEXT   NOT NULL,
	device_id  TEXT   NOT NULL,
	act        TEXT   NOT NULL,
	detail     TEXT   NOT NULL,
	at         BIGINT NOT NULL
);
CREATE INDEX youth_log_profile ON youth_log (account_id, profile_id, id);

CREATE TABLE youth_pool (
	drama_id  TEXT   NOT NULL PRIMARY KEY,
	from_band TEXT   NOT NULL CHECK (from_band IN ('0-3', '3-8', '8-12', '12-16', '16-18')),
	staff_id  TEXT   NOT NULL,
	at        BIGINT NOT NULL
);
