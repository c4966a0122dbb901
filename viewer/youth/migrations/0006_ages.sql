-- +goose Up

-- What was said of somebody's age, the last of each source on each device: what was
-- proved, and what was only said beside it.
CREATE TABLE youth_age_said (
	account_id  TEXT    NOT NULL,
	profile_id  TEXT    NOT NULL,
	source      TEXT    NOT NULL CHECK (source IN ('os', 'store', 'guardian', 'id')),
	device_id   TEXT    NOT NULL, -- '' : whatever the device
	hint        BOOLEAN NOT NULL, -- nobody signed it, or it was heard before
	band        TEXT    NOT NULL CHECK (band IN ('0-3', '3-8', '8-12', '12-16', '16-18', '18+')), -- when it was said
	ages        TEXT    NOT NULL, -- 13-15, if a range of full years was said
	birth_month TEXT    NOT NULL, -- 2009-08, '' : not known
	market      TEXT    NOT NULL, -- where it was said
	said_at     BIGINT  NOT NULL,
	valid_until BIGINT  NOT NULL, -- 0 : it does not end
	proof_until BIGINT  NOT NULL, -- end of the proof that was heard last; seconds since 1970
	PRIMARY KEY (account_id, profile_id, source, device_id, hint)
);
INSERT INTO youth_age_said (account_id, profile_id, source, device_id, hint, band, ages, birth_month, market, said_at, valid_until, proof_until)
	SELECT account_id, profile_id, source, '', FALSE, band, '', birth_month, market, said_at, valid_until, 0 FROM youth_age;
DROP TABLE youth_age;
ALTER TABLE youth_age_said RENAME TO youth_age;
