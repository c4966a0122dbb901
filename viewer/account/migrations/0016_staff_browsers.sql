-- +goose Up

-- A short word such as "Chrome · Linux", for somebody to know their session by;
-- empty: not known.
ALTER TABLE account_staff_session ADD COLUMN browser TEXT NOT NULL DEFAULT '';
