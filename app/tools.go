package app

import (
	"context"
	"log/slog"
	"os/exec"
	"strings"
)

// needed is what a node that encodes wants of ffmpeg, by the option that lists it.
var needed = []struct{ list, kind, names string }{
	{"-encoders", "encoder", "libx264 aac libsvtav1 mjpeg"},
	{"-muxers", "format", "chromaprint"},
	{"-filters", "filter", "zscale tonemap scdet blackdetect freezedetect silencedetect ebur128"},
}

// videoTools answers what is wrong with the tools that prepare video.
func videoTools(ctx context.Context) error {
	for _, tool := range []string{"ffmpeg", "ffprobe"} {
		if _, err := exec.LookPath(tool); err != nil {
			return ailment{tool + " is not installed", "install the package ffmpeg"}
		}
	}
	for _, n := range needed {
		list, err := exec.CommandContext(ctx, "ffmpeg", "-hide_banner", n.list).Output()
		if err != nil {
			return ailment{"ffmpeg does not run: " + err.Error(), "install the package ffmpeg again"}
		}
		for name := range strings.FieldsSeq(n.names) {
			if !strings.Contains(string(list), " "+name+" ") {
				return ailment{"ffmpeg lacks the " + n.kind + " " + name, "use a build that has it, such as Debian's"}
			}
		}
	}
	return nil
}

// watchTools says once, soon after the start, when this node cannot encode. The
// node goes on: jobs are tried again here or by another.
func watchTools(log *slog.Logger) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		if err := videoTools(ctx); err != nil && ctx.Err() == nil {
			log.Error("this node cannot prepare video: " + err.Error())
		}
		return nil
	}
}
