-- +goose Up

-- What automatic checks found in a version, and what people made of it.
CREATE TABLE review_finding (
	case_id      TEXT             NOT NULL,
	key          TEXT             NOT NULL, -- names the rule and the place within the version
	check_name   TEXT             NOT NULL,
	rule         TEXT             NOT NULL,
	rule_version TEXT             NOT NULL,
	code         TEXT             NOT NULL, -- of the table of red lines
	severity     TEXT             NOT NULL CHECK (severity IN ('S0', 'S1', 'S2', 'S3')),
	place        TEXT             NOT NULL,
	language     TEXT             NOT NULL,
	episode      BIGINT           NOT NULL, -- its number; 0: the drama
	from_ms      BIGINT           NOT NULL,
	to_ms        BIGINT           NOT NULL,
	score        DOUBLE PRECISION NOT NULL,
	excerpt      TEXT             NOT NULL,
	found_at     BIGINT           NOT NULL,
	answer       TEXT             NOT NULL CHECK (answer IN ('', 'confirmed', 'dismissed')),
	reason       TEXT             NOT NULL,
	person       TEXT             NOT NULL, -- who it is, whichever account they use
	staff_id     TEXT             NOT NULL,
	answered_at  BIGINT           NOT NULL, -- 0: not yet
	PRIMARY KEY (case_id, key)
);
