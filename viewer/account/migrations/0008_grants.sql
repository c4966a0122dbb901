-- +goose Up

-- Whoever ran the house could give roles too. The duties are two from now on,
-- and whoever had both keeps both.
UPDATE account_staff SET roles = 'admin ' || roles WHERE ' ' || roles || ' ' LIKE '% operator %';

-- Wishes that somebody has more roles.
CREATE TABLE account_grant (
	id         TEXT    NOT NULL PRIMARY KEY,
	staff_id   TEXT    NOT NULL REFERENCES account_staff (id), -- who is to have them
	roles      TEXT    NOT NULL,                               -- sorted, separated by spaces
	returns    BOOLEAN NOT NULL,                               -- and is active again
	by_staff   TEXT    NOT NULL,                               -- who asked; empty: the house itself
	second     TEXT    NOT NULL,                               -- who decided; empty: nobody, or nobody else
	alone      BOOLEAN NOT NULL,
	reason     TEXT    NOT NULL,
	state      TEXT    NOT NULL CHECK (state IN ('pending', 'granted', 'withdrawn', 'refused', 'lapsed', 'expired')),
	asked_at   BIGINT  NOT NULL,
	expires_at BIGINT  NOT NULL,
	decided_at BIGINT  NOT NULL -- 0: not yet
);
CREATE INDEX account_grant_pending ON account_grant (expires_at) WHERE state = 'pending';

-- What was done about who may do what. Rows are only ever added.
CREATE TABLE account_staff_log (
	id       TEXT    NOT NULL PRIMARY KEY,
	at       BIGINT  NOT NULL,
	act      TEXT    NOT NULL,
	staff_id TEXT    NOT NULL, -- whom it is about
	by_staff TEXT    NOT NULL, -- who did it; empty: the house itself
	roles    TEXT    NOT NULL,
	grant_id TEXT    NOT NULL, -- or empty
	alone    BOOLEAN NOT NULL, -- by the only administrator
	reason   TEXT    NOT NULL
);
