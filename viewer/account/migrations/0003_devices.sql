-- +goose Up

-- A name its owner gave a device is not replaced by what the device says of itself.
ALTER TABLE account_device ADD COLUMN named BOOLEAN NOT NULL DEFAULT FALSE;

-- Signing a device out finds its session among those of the account.
CREATE INDEX account_session_device ON account_session (account_id, device_id);
DROP INDEX account_session_owner;
