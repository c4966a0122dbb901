package demo

import (
	"bytes"
	"fmt"
	"path"

	"github.com/BurntSushi/toml"
)

// The layout of an import folder. Paths in the manifest use slashes.
const (
	manifestName    = "drama.toml"
	episodesFolder  = "episodes"
	subtitlesFolder = "subtitles"
	postersFolder   = "posters"
	portraitName    = postersFolder + "/poster.jpg"
	landscapeName   = postersFolder + "/landscape.jpg"
)

func videoName(number int) string { return path.Join(episodesFolder, fmt.Sprintf("%02d.mp4", number)) }

func subtitleName(number int, language string) string {
	return path.Join(subtitlesFolder, fmt.Sprintf("%02d.%s.vtt", number, language))
}

// manifest is drama.toml, the platform's import format, schema 1. Maps are keyed
// by language.
type manifest struct {
	Schema           int               `toml:"schema"`
	Key              string            `toml:"key"`
	OriginalLanguage string            `toml:"original_language"`
	Genres           []string          `toml:"genres"`
	Tags             []string          `toml:"tags"`
	Audience         string            `toml:"audience"`
	Year             int               `toml:"year"`
	Release          string            `toml:"release"`
	Credit           string            `toml:"credit"`
	Title            map[string]string `toml:"title"`
	Synopsis         map[string]string `toml:"synopsis"`
	People           []person          `toml:"people,omitempty"`
	Episodes         []episode         `toml:"episodes"`
	Posters          posters           `toml:"posters"`
}

type person struct {
	Role string            `toml:"role"`
	Name map[string]string `toml:"name"`
}

type episode struct {
	Number    int               `toml:"number"`
	File      string            `toml:"file"`
	Title     map[string]string `toml:"title"`
	Subtitles map[string]string `toml:"subtitles,omitempty"`
}

type posters struct {
	Portrait  string `toml:"portrait"`
	Landscape string `toml:"landscape"`
}

func (m manifest) encode() ([]byte, error) {
	var b bytes.Buffer
	encoder := toml.NewEncoder(&b)
	encoder.Indent = ""
	err := encoder.Encode(m)
	return b.Bytes(), err
}
