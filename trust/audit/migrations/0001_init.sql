-- +goose Up

-- What was announced and is not in the log yet.
CREATE TABLE audit_waiting (
    fact_id TEXT PRIMARY KEY,
    at      BIGINT NOT NULL,
    act     TEXT NOT NULL,
    record  TEXT NOT NULL
);
CREATE INDEX audit_waiting_at ON audit_waiting (at, fact_id);

-- The log. Append-only, like the three tables below.
CREATE TABLE audit_entry (
    seq      BIGINT PRIMARY KEY CHECK (seq >= 0),
    fact_id  TEXT NOT NULL UNIQUE,
    drama_id TEXT NOT NULL,
    at       BIGINT NOT NULL,
    entry    TEXT NOT NULL
);
CREATE INDEX audit_entry_drama ON audit_entry (drama_id, seq);

-- The hashes of its tree, in the order golang.org/x/mod/sumdb/tlog stores them.
CREATE TABLE audit_hash (
    place BIGINT PRIMARY KEY CHECK (place >= 0),
    hash  BYTEA NOT NULL
);

CREATE TABLE audit_checkpoint (
    size BIGINT PRIMARY KEY CHECK (size >= 0),
    at   BIGINT NOT NULL,
    note TEXT NOT NULL
);

-- The public half of the key that signs; there is one key for the life of a log.
CREATE TABLE audit_key (
    slot     BIGINT PRIMARY KEY CHECK (slot = 1),
    verifier TEXT NOT NULL,
    at       BIGINT NOT NULL
);

-- Who may append, until when. A new holder has a higher fence.
CREATE TABLE audit_writer (
    slot     BIGINT PRIMARY KEY CHECK (slot = 1),
    holder   TEXT NOT NULL,
    fence    BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    size     BIGINT NOT NULL
);
INSERT INTO audit_writer (slot, holder, fence, until_at, size) VALUES (1, '', 0, 0, 0);
