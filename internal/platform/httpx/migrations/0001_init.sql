-- +goose Up
CREATE TABLE httpx_idempotency (
  id         TEXT   NOT NULL PRIMARY KEY, -- digest of route, caller and key
  input      TEXT   NOT NULL,             -- digest of the request
  token      TEXT   NOT NULL,             -- of the attempt that holds the claim
  held_until BIGINT NOT NULL,             -- microseconds; meaningless once answered
  expires_at BIGINT NOT NULL,             -- microseconds
  status     BIGINT NOT NULL,             -- 0 while unanswered
  ctype      TEXT   NOT NULL,
  location   TEXT   NOT NULL,
  body       BYTEA
);
CREATE INDEX httpx_idempotency_expiry ON httpx_idempotency (expires_at);
