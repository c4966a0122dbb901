// Command sheet draws contact sheets of the repertoire for the eye of whoever
// changes it: a row holds a drama's posters and the shots of its first episode.
package main

import (
	"errors"
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

const height, count = 480, 4 // pixels of a row; rows

func main() {
	out, first := flag.String("o", "sheet.png", "the PNG to write"), flag.Int("first", 1, "the first drama")
	flag.Parse()
	dramas, err := story.All()
	fatal(err)
	faces, err := lettering.Open()
	fatal(err)
	sheet := image.NewRGBA(image.Rect(0, 0, height*5, height*count))
	for row, d := range dramas[*first-1 : min(len(dramas), *first-1+count)] {
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
		e := d.Episodes[0]
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
	fatal(errors.Join(png.Encode(file, sheet), file.Close()))
}

func fatal(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
