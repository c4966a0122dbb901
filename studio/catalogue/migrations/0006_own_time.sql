-- +goose Up

-- When the episode is released at home, whatever the plan says; 0: by the plan.
ALTER TABLE catalogue_episode ADD COLUMN own_release_at BIGINT NOT NULL DEFAULT 0;
