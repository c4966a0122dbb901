-- +goose Up
CREATE TABLE playback_running (
	account_id  TEXT    NOT NULL,
	device_id   TEXT    NOT NULL,
	sitting     TEXT    NOT NULL, -- the one it shows, or showed last
	running     BOOLEAN NOT NULL, -- false: paused or at the end
	started_at  BIGINT  NOT NULL, -- when a person started it, or it came back
	reported_at BIGINT  NOT NULL,
	stopped_at  BIGINT  NOT NULL, -- 0: nobody asked it to stop
	stopped_by  TEXT    NOT NULL, -- the device that took over; "": none
	PRIMARY KEY (account_id, device_id)
);
