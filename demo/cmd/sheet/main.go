// Command sheet draws contact sheets of the repertoire for the eye of whoever
// changes it: one row a drama, one column a moment of its first episode.
package main

import (
	"flag"
	"image"
	"image/draw"
	"image/png"
	"log"
	"os"

	xdraw "golang.org/x/image/draw"

	"cliffhanger/demo/lettering"
	"cliffhanger/demo/stage"
	"cliffhanger/demo/story"
)

func main() {
	out := flag.String("o", "sheet.png", "the PNG to write")
	episode := flag.Int("episode", 1, "which episode")
	first := flag.Int("first", 0, "the first drama, from 0")
	count := flag.Int("count", 6, "how many dramas")
	flag.Parse()
	if err := run(*out, *episode-1, *first, *count); err != nil {
		log.Fatal(err)
	}
}

func run(out string, episode, first, count int) error {
	dramas, err := story.All()
	if err != nil {
		return err
	}
	faces, err := lettering.Open()
	if err != nil {
		return err
	}
	defer faces.Close()
	dramas = dramas[first:min(len(dramas), first+count)]
	sheet := image.NewRGBA(image.Rect(0, 0, 5*stage.Width/2, len(dramas)*stage.Height/2))
	for row, d := range dramas {
		e := d.Episodes[episode]
		show, err := stage.New(stage.Script{Drama: d, Episode: e, Speeches: stage.Rehearse(e), Signs: faces.Serif,
			TitlePlate: faces.TitlePlate(d.Title, e.Number), CliffCard: faces.CliffCard(e.Cliff.Text, e.Last)})
		if err != nil {
			return err
		}
		for i, shot := range show.Storyboard().Shots {
			frame, tone := show.Render(int((shot.Start + (shot.End-shot.Start)*.72) * stage.FPS))
			draw.Draw(sheet, image.Rect(i*stage.Width/2, row*stage.Height/2, (i+1)*stage.Width/2, (row+1)*stage.Height/2),
				half(frame.Image(&tone)), image.Point{}, draw.Src)
		}
	}
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	defer file.Close()
	return png.Encode(file, sheet)
}

func half(full *image.RGBA) image.Image {
	small := image.NewRGBA(image.Rect(0, 0, full.Rect.Dx()/2, full.Rect.Dy()/2))
	xdraw.ApproxBiLinear.Scale(small, small.Rect, full, full.Rect, xdraw.Src, nil)
	return small
}
