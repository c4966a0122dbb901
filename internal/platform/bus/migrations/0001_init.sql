-- +goose Up
CREATE TABLE bus_outbox (
	id TEXT NOT NULL PRIMARY KEY, -- of this publication: the message id
	origin TEXT NOT NULL,         -- the fact or job it carries; another id after a redelivery
	kind TEXT NOT NULL CHECK (kind IN ('fact', 'job')),
	subject TEXT NOT NULL,
	payload TEXT NOT NULL,
	at BIGINT NOT NULL,
	due_at BIGINT NOT NULL,       -- 0 is at once, whatever the clock says
	published_at BIGINT NOT NULL DEFAULT 0,
	seq BIGINT NOT NULL DEFAULT 0,   -- jobs: the one message that counts
	tries BIGINT NOT NULL DEFAULT 0, -- jobs
	working BOOLEAN NOT NULL DEFAULT FALSE, -- jobs: a try is under way, or was when its node died
	done_at BIGINT NOT NULL DEFAULT 0 -- jobs
);
CREATE INDEX bus_outbox_due ON bus_outbox (due_at, id) WHERE published_at = 0;
CREATE INDEX bus_outbox_published ON bus_outbox (published_at) WHERE published_at > 0;
CREATE INDEX bus_outbox_undone ON bus_outbox (subject) WHERE kind = 'job' AND done_at = 0;

-- One row: which node publishes at the moment.
CREATE TABLE bus_relay (
	id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
	holder TEXT NOT NULL,
	until_at BIGINT NOT NULL
);
INSERT INTO bus_relay (id, holder, until_at) VALUES (1, '', 0);

CREATE TABLE bus_inbox (
	listener TEXT NOT NULL,
	origin TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (listener, origin)
);
CREATE INDEX bus_inbox_at ON bus_inbox (at);

CREATE TABLE bus_dead_letter (
	id TEXT NOT NULL PRIMARY KEY,
	origin TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('fact', 'job')),
	name TEXT NOT NULL,     -- the kind of fact or the queue
	listener TEXT NOT NULL, -- empty for a job
	subject TEXT NOT NULL,  -- where a redelivery goes
	payload TEXT NOT NULL,
	error TEXT NOT NULL,
	tries BIGINT NOT NULL,
	at BIGINT NOT NULL,
	failed_at BIGINT NOT NULL
);
CREATE INDEX bus_dead_letter_failed ON bus_dead_letter (failed_at, id);
