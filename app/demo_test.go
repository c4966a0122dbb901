package app

import (
	"testing"

	"cliffhanger/demo"
	"cliffhanger/studio/catalogue/words"
)

// The theatre knows nothing of the catalogue: that they agree is the app's to prove.
func TestEveryGenreOfTheRepertoireIsOneOfTheHouse(t *testing.T) {
	t.Parallel()
	genres, err := words.LoadGenres("")
	if err != nil {
		t.Fatal(err)
	}
	dramas, err := demo.Stories()
	if err != nil || len(dramas) != 12 {
		t.Fatalf("%d dramas, %v", len(dramas), err)
	}
	for _, d := range dramas {
		for _, g := range d.Genres {
			if !genres.Has(g) {
				t.Errorf("%s: there is no genre %q", d.Key, g)
			}
		}
	}
}
