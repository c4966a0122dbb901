package app

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// A node's name is part of the addresses of its uploads, so it stays with the
// folder they lie in: a container made anew has another host name.
func nodeFile(data string) string { return filepath.Join(data, "node") }

// nodeOf is the name of the node that works in the folder.
func nodeOf(data string) string {
	if kept, err := os.ReadFile(nodeFile(data)); err == nil {
		return strings.TrimSpace(string(kept))
	}
	return defaultNode(data)
}

// keepNode writes the name down, for the next start.
func keepNode(data, name string) error {
	if kept, err := os.ReadFile(nodeFile(data)); err == nil && strings.TrimSpace(string(kept)) == name {
		return nil
	}
	half := nodeFile(data) + ".new"
	if err := os.WriteFile(half, []byte(name+"\n"), 0o640); err != nil {
		return err
	}
	return os.Rename(half, nodeFile(data))
}

var notName = regexp.MustCompile(`[^a-z0-9]+`)

// defaultNode names a node after its host and folder, so that two on one host
// differ.
func defaultNode(data string) string {
	host, _ := os.Hostname()
	host = strings.Trim(notName.ReplaceAllString(strings.ToLower(host), "-"), "-")
	if absolute, err := filepath.Abs(data); err == nil {
		data = absolute
	}
	sum := sha256.Sum256([]byte(data))
	return strings.TrimLeft(host[:min(len(host), 40)]+"-"+hex.EncodeToString(sum[:3]), "-")
}
