// Command sheet draws contact sheets of the repertoire for the eye of whoever
// changes it: one row a drama, its posters and then the shots of an episode.
package main

import (
	"flag"
	"image"
	"image/png"
	"log"
	"os"

	"golang.org/x/image/draw"

	"cliffhanger/demo/lettering"
	"cliffhanger/demo/stage"
	"cliffhanger/demo/story"
)

// height of a row, in pixels.
const height = 480

func main() {
	out := flag.String("o", "sheet.png", "the PNG to write")
	episode := flag.Int("episode", 1, "which episode")
	first := flag.Int("first", 1, "the first drama")
	count := flag.Int("count", 4, "how many dramas")
	flag.Parse()
	dramas, err := story.All()
	fatal(err)
	faces, err := lettering.Open()
	fatal(err)
	defer faces.Close()
	sheet := image.NewRGBA(image.Rect(0, 0, height*5, height**count))
	for row, d := range dramas[*first-1 : min(len(dramas), *first-1+*count)] {
		at := image.Pt(0, row*height)
		paste := func(picture image.Image) {
			size := image.Pt(picture.Bounds().Dx()*height/picture.Bounds().Dy(), height)
			draw.ApproxBiLinear.Scale(sheet, image.Rectangle{at, at.Add(size)}, picture, picture.Bounds(), draw.Src, nil)
			at.X += size.X
		}
		for _, format := range []stage.Format{stage.Portrait, stage.Landscape} {
			poster, err := stage.Poster(d, faces.Serif, format)
			fatal(err)
			paste(poster)
		}
		e := d.Episodes[*episode-1]
		show, err := stage.New(stage.Script{Drama: d, Episode: e, Speeches: stage.Rehearse(e), Signs: faces.Serif,
			TitlePlate: faces.TitlePlate(d.Title, e.Number), CliffCard: faces.CliffCard(e.Cliff.Text, e.Last)})
		fatal(err)
		for _, shot := range show.Storyboard().Shots {
			frame, tone := show.Render(int((shot.Start*.3 + shot.End*.7) * stage.FPS))
			paste(frame.Image(&tone))
		}
	}
	file, err := os.Create(*out)
	fatal(err)
	fatal(png.Encode(file, sheet))
	fatal(file.Close())
}

func fatal(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
