-- +goose Up
-- A profile's positions are read by the primary key and sorted. Keeping them in order
-- cost every report two changes more, and PostgreSQL a new version of the row in both indexes.
DROP INDEX playback_position_latest;
