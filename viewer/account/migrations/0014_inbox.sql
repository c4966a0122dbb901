-- +goose Up

-- What staff have to know or do. Whether it is open follows from the latest moments
-- alone, so that facts may come late, twice and in any order.
CREATE TABLE account_inbox_item (
	key        TEXT    NOT NULL PRIMARY KEY, -- what it is about
	id         TEXT    NOT NULL UNIQUE,
	kind       TEXT    NOT NULL,
	severity   BIGINT  NOT NULL CHECK (severity BETWEEN 0 AND 2), -- 0: only its end was heard of
	link       TEXT    NOT NULL,
	title      TEXT    NOT NULL,             -- JSON: language to words
	staff_id   TEXT    NOT NULL,             -- for whom: a person, or
	roles      TEXT    NOT NULL,             -- who has one of ' producer operator ',
	org_id     TEXT    NOT NULL,             -- and works there, if not empty
	not_for    TEXT    NOT NULL,             -- and is none of ' stf_a stf_b '
	binding    BOOLEAN NOT NULL,
	due_at     BIGINT  NOT NULL,             -- 0: at no moment
	remind_at  BIGINT  NOT NULL,             -- of its being due; 0: not any more
	raised_at  BIGINT  NOT NULL,             -- last said to hold
	fresh_at   BIGINT  NOT NULL,             -- last said to be another than before
	cleared_at BIGINT  NOT NULL,             -- last said to hold no longer
	done_at    BIGINT  NOT NULL,             -- marked done by a person
	done_by    TEXT    NOT NULL,
	state      TEXT    NOT NULL CHECK (state IN ('open', 'done', 'resolved')), -- what follows from these
	since_at   BIGINT  NOT NULL,             -- it has been open
	mailed_at  BIGINT  NOT NULL,
	changed_at BIGINT  NOT NULL
);
CREATE INDEX account_inbox_item_state ON account_inbox_item (state, changed_at);
CREATE INDEX account_inbox_item_remind ON account_inbox_item (remind_at) WHERE remind_at > 0;

-- What one person has read, and when: what comes back later is unread again.
CREATE TABLE account_inbox_read (
	staff_id TEXT   NOT NULL REFERENCES account_staff (id),
	key      TEXT   NOT NULL,
	at       BIGINT NOT NULL,
	PRIMARY KEY (staff_id, key)
);

-- What people want by mail. Without a row: alarms and deadlines, at once.
CREATE TABLE account_inbox_mail (
	staff_id TEXT   NOT NULL PRIMARY KEY REFERENCES account_staff (id),
	urgent   TEXT   NOT NULL CHECK (urgent IN ('at_once', 'daily', 'never')),
	rest     TEXT   NOT NULL CHECK (rest IN ('at_once', 'daily', 'never')),
	hour     BIGINT NOT NULL CHECK (hour BETWEEN 0 AND 23),
	zone     TEXT   NOT NULL,
	locale   TEXT   NOT NULL,
	next_at  BIGINT NOT NULL -- of the daily mail; 0: never
);
CREATE INDEX account_inbox_mail_next ON account_inbox_mail (next_at) WHERE next_at > 0;
