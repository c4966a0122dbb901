package catalogue

import (
	"slices"
	"strconv"
	"time"

	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/catalogue/poster"
	"cliffhanger/studio/catalogue/release"
	"cliffhanger/studio/catalogue/words"
)

// Drama is one work of the catalogue.
type Drama struct {
	ID     id.Drama
	Org    id.Org
	Key    string // the maker's own stable name, unique within the organisation
	State  State
	Reason string // why it is in this state, if its maker said so
	About
	Portrait, Landscape poster.Set
	PublishWhenReady    bool  // publish as soon as the first episode can be watched
	Version             int64 // grows with every change; for optimistic writes
	Change              int64 // place in the change sequence of the whole catalogue
	CreatedAt           time.Time
	UpdatedAt           time.Time
	PublishedAt         time.Time // of the last publishing; zero: never
}

// About is what a drama says of itself.
type About struct {
	Title            words.Text       `json:"title"`
	Synopsis         words.Text       `json:"synopsis"`
	OriginalLanguage string           `json:"original_language"`
	Genres           []string         `json:"genres"`
	Tags             []string         `json:"tags"`
	Audience         string           `json:"audience"` // all, female or male
	Year             int              `json:"year"`     // of first release; 0: not said
	People           []Person         `json:"people"`
	Credit           string           `json:"credit"`            // a line that must be shown, such as a licence
	Release          release.Plan     `json:"release"`           // at home
	Markets          []release.Market `json:"markets,omitempty"` // that do not follow home
}

// Person took part in the making.
type Person struct {
	Role string     `json:"role" enum:"cast,director,writer" doc:"cast, director or writer"`
	Name words.Text `json:"name"`
}

// Limits of what a drama may say of itself, in characters or items.
const (
	longestTitle    = 200
	longestSynopsis = 4000
	longestName     = 100
	longestCredit   = 500
	mostPeople      = 100
	firstYear       = 1895 // the Lumières
	lastYear        = 2200
)

var (
	audiences = []string{"all", "female", "male"}
	roles     = []string{"cast", "director", "writer"}
)

// ErrAbout names the fields that are wrong.
var ErrAbout = fault.New(fault.Invalid, "catalogue.drama_invalid", "Some of the drama's details are not right; see the fields.")

// Clean answers a with canonical language tags, tidy words and defaults in
// place, or an Invalid fault, code catalogue.drama_invalid, that names every
// field that is wrong. Cleaning what is clean changes nothing.
func (a About) Clean(genres words.Genres) (About, error) {
	var bad []fault.Field
	wrong := func(path, code, msg string) { bad = append(bad, fault.Field{Path: path, Code: code, Msg: msg}) }

	a.Title = words.Clean(a.Title, "title", longestTitle, false, &bad)
	a.Synopsis = words.Clean(a.Synopsis, "synopsis", longestSynopsis, true, &bad)
	a.Credit = words.Line(a.Credit, "credit", longestCredit, false, &bad)
	if a.OriginalLanguage == "" {
		a.OriginalLanguage = "zh-CN"
	}
	tag, ok := words.Tag(a.OriginalLanguage)
	if !ok {
		wrong("original_language", "language_unknown", "is not a language tag such as zh-CN or en")
	}
	a.OriginalLanguage = tag
	if a.Audience == "" {
		a.Audience = "all"
	}
	if !slices.Contains(audiences, a.Audience) {
		wrong("audience", "audience_unknown", "is none of all, female, male")
	}
	if a.Year != 0 && (a.Year < firstYear || a.Year > lastYear) {
		wrong("year", "year_impossible", "is not a year of a film")
	}
	if err := a.Release.Check(); err != nil {
		wrong("release", "release_impossible", err.Error())
	}
	a.Release = a.Release.Tidy()
	a.Markets = release.CleanMarkets(a.Markets, "markets", &bad)
	a.Genres = genres.Clean(a.Genres, "genres", &bad)
	a.Tags = words.Tags(a.Tags, "tags", &bad)
	a.People = cleanPeople(a.People, &bad)
	if len(bad) > 0 {
		return a, ErrAbout.With(bad...)
	}
	return a, nil
}

func cleanPeople(in []Person, bad *[]fault.Field) []Person {
	out := []Person{}
	if len(in) > mostPeople {
		*bad = append(*bad, fault.Field{Path: "people", Code: "too_many", Msg: "has more than 100 people"})
		return out
	}
	for i, p := range in {
		path := "people[" + strconv.Itoa(i) + "]"
		p.Name = words.Clean(p.Name, path+".name", longestName, false, bad)
		if !slices.Contains(roles, p.Role) {
			*bad = append(*bad, fault.Field{Path: path + ".role", Code: "role_unknown", Msg: "is none of cast, director, writer"})
		}
		if len(p.Name) > 0 {
			out = append(out, p)
		}
	}
	return out
}
