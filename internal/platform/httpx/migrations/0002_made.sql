-- +goose Up
ALTER TABLE httpx_idempotency ADD COLUMN made TEXT NOT NULL DEFAULT ''; -- what an attempt has made; see Once
