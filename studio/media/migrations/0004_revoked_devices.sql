-- +goose Up
-- Devices that were signed out, for as long as a link of theirs could live.
CREATE TABLE media_revoked_device (
    device_id  TEXT   NOT NULL PRIMARY KEY,
    noted_at   BIGINT NOT NULL, -- nodes that were not told look for what is new
    expires_at BIGINT NOT NULL
);
CREATE INDEX media_revoked_device_by_note ON media_revoked_device (noted_at);
CREATE INDEX media_revoked_device_by_expiry ON media_revoked_device (expires_at);
