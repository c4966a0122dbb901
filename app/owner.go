package app

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"cliffhanger/internal/kernel/fault"
)

// ownData refuses a user other than the one whose server works on the data
// folder: what a command writes there belongs to whoever runs it, and the server
// could not open it.
func ownData(data string, me int) error {
	for _, dir := range []string{filepath.Join(data, "blobs"), data} {
		info, err := os.Stat(dir)
		if err != nil {
			continue // not there yet, or closed to us: then the folder around it tells
		}
		owner := int(info.Sys().(*syscall.Stat_t).Uid)
		if owner == me {
			return nil
		}
		name := strconv.Itoa(owner)
		if u, err := user.LookupId(name); err == nil {
			name = u.Username
		}
		return fault.New(fault.Forbidden, "data.belongs_to_another",
			"The data folder %s belongs to the user %s, whose server could not open what you write there. Run the same command as that user: sudo -u %s …", data, name, name)
	}
	return nil
}
