package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

const consoleAPI, viewerAPI = "/api/console/v1", "/api/v1"

// found sets a new house up, as its first operator does.
func (n *node) found() (*client, error) {
	c := newClient(n.url)
	return c, c.call("POST", consoleAPI+"/setup", map[string]string{"token": n.setup, "organisation": "Bench House",
		"name": "Ada", "email": "ada@example.org", "password": "lantern-opera-9"}, nil)
}

// folder lays a drama of one episode out as a producer hands it in.
func (b *bench) folder(name, master string) (string, error) {
	dir := filepath.Join(b.dir, "folders", name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	text := fmt.Sprintf(`schema = 1
key = %q
original_language = "en"
genres = ["suspense"]
audience = "all"
year = 2026
release = "all"
[title]
en = %[1]q
[synopsis]
en = "Something to measure."
[[episodes]]
number = 1
file = "01.mp4"
[posters]
portrait = "poster.jpg"
`, name)
	if err := os.WriteFile(filepath.Join(dir, "drama.toml"), []byte(text), 0o644); err != nil {
		return "", err
	}
	poster, err := os.Create(filepath.Join(dir, "poster.jpg"))
	if err != nil {
		return "", err
	}
	defer poster.Close()
	if err := jpeg.Encode(poster, image.NewRGBA(image.Rect(0, 0, 540, 720)), nil); err != nil {
		return "", err
	}
	return dir, copyFile(filepath.Join(dir, "01.mp4"), master)
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

var dramaLine = regexp.MustCompile(`drama\s+(drm_\S+)`)

// take imports and publishes a folder beside a running node and answers the drama.
func (b *bench) take(ctx context.Context, data, folder string, args ...string) (drama string, err error) {
	cmd := exec.CommandContext(ctx, b.binary, append([]string{"import", "--data=" + data, "--publish", folder}, args...)...)
	cmd.Env, cmd.Dir = append(os.Environ(), "CLIFFHANGER_CONFIG="), b.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("import: %w\n%s", err, out)
	}
	m := dramaLine.FindSubmatch(out)
	if m == nil {
		return "", fmt.Errorf("import told no drama:\n%s", out)
	}
	return string(m[1]), nil
}

// drama is what the console answers, as far as it is read here.
type drama struct {
	ID       string
	State    string
	Episodes []struct {
		ID    string
		Asset *struct {
			ID, State string
			Problem   *struct{ Code, Message string }
		}
	}
}

// await asks the console until the drama's only episode is in a state.
func (c *client) await(ctx context.Context, id string, states ...string) (drama, error) {
	for {
		var d drama
		if err := c.call("GET", consoleAPI+"/dramas/"+id, nil, &d); err != nil {
			return d, err
		}
		if len(d.Episodes) == 1 && d.Episodes[0].Asset != nil {
			a := d.Episodes[0].Asset
			if a.Problem != nil {
				return d, fmt.Errorf("the master failed: %s %s", a.Problem.Code, a.Problem.Message)
			}
			if strings.Contains(strings.Join(states, " "), a.State) {
				return d, nil
			}
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return d, err
		}
	}
}

// published waits until the drama can be found by viewers.
func (c *client) published(ctx context.Context, id string) error {
	for {
		var d drama
		if err := c.call("GET", consoleAPI+"/dramas/"+id, nil, &d); err != nil || d.State == "published" {
			return err
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// enter is the first launch of the app on a device.
func (n *node) enter() (*client, error) {
	c := newClient(n.url)
	return c, c.call("POST", viewerAPI+"/sessions", map[string]any{"locale": "en", "device": map[string]any{"name": "Phone", "form": "phone"}}, nil)
}
