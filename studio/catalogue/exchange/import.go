package exchange

import (
	"context"
	"errors"
	"strconv"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/folder"
	"cliffhanger/studio/catalogue/poster"
	"cliffhanger/studio/catalogue/search"
	"cliffhanger/studio/catalogue/subtitle"
	"cliffhanger/studio/catalogue/words"
)

// Options say how to import a folder.
type Options struct {
	Org      id.Org           // empty: the actor's own organisation
	Publish  bool             // publish as soon as the first episode can be watched
	Progress func(FileReport) // told of each file as it is done; may be nil
	Reading  func(Reading)    // told while a video is read, in steps of a tenth; may be nil
}

// Reading is how far a video has been read. At the end it is stored, which takes
// about as long once more where it cannot be linked.
type Reading struct {
	Path          string
	Percent, Size int64 // of Size bytes
}

// Outcome is what became of a file.
type Outcome string

const (
	Taken     Outcome = "taken"     // is in the house now
	Unchanged Outcome = "unchanged" // was there already
	Refused   Outcome = "refused"   // is not: the code says why
	Ignored   Outcome = "ignored"   // means nothing here
)

// FileReport is what became of one file.
type FileReport struct {
	Path    string  `json:"path"`
	Outcome Outcome `json:"outcome"`
	Code    string  `json:"code,omitempty"`
	Message string  `json:"message,omitempty"`
}

// Report is what became of a folder.
type Report struct {
	Drama   id.Drama            `json:"drama_id"`
	Key     string              `json:"key"`
	Created bool                `json:"created"` // false: the drama was known by its key
	Files   []FileReport        `json:"files"`
	State   catalogue.State     `json:"state"`  // of the drama now
	Blocks  []catalogue.Missing `json:"blocks"` // what it lacks to be published
}

// Refused answers the files that were not taken.
func (r Report) Refused() []FileReport {
	var out []FileReport
	for _, f := range r.Files {
		if f.Outcome == Refused {
			out = append(out, f)
		}
	}
	return out
}

// Import takes a folder into the catalogue. The drama is known by its key; what
// the house has already, by content, is left alone, so importing again changes
// nothing and importing what was interrupted continues. A file that is refused
// does not keep the others out. An error means the import stopped: the folder
// says nothing usable, or the house cannot take more at the moment.
func (s *Service) Import(ctx context.Context, by actor.Actor, dir string, o Options) (Report, error) {
	org, err := catalogue.MakerFor(by, o.Org)
	if err != nil {
		return Report{}, err
	}
	o.Org = org
	disk, err := folder.OpenDisk(dir)
	if err != nil {
		return Report{}, err
	}
	defer disk.Close()
	im := &importing{Service: s, by: by, disk: disk, options: o}
	err = im.run(ctx)
	return im.report, err
}

// importing is one import under way.
type importing struct {
	*Service
	by      actor.Actor
	disk    *folder.Disk
	options Options
	report  Report
}

func (im *importing) run(ctx context.Context) error {
	m, err := im.manifest()
	if err != nil {
		return err
	}
	if err := im.drama(ctx, m); err != nil {
		return err
	}
	for shape, at := range postersIn(&m) {
		for lang, path := range at.all() {
			if err := im.file(path, func() (bool, error) { return im.poster(ctx, shape, lang, path) }); err != nil {
				return err
			}
		}
	}
	for _, e := range m.Episodes {
		if err := im.episode(ctx, e); err != nil {
			return err
		}
	}
	if err := im.publish(ctx); err != nil {
		return err
	}
	d, err := im.Dossier(ctx, im.by, im.report.Drama)
	if err != nil {
		return err
	}
	im.report.State = d.State
	for _, m := range d.Missing {
		if m.Severity == catalogue.Block {
			im.report.Blocks = append(im.report.Blocks, m)
		}
	}
	return nil
}

// publish lets the drama be published once nothing is missing, if that was asked for.
func (im *importing) publish(ctx context.Context) error {
	if !im.options.Publish {
		return nil
	}
	d, err := im.Drama(ctx, im.by, im.report.Drama)
	if err == nil && (d.State == catalogue.Draft || d.State == catalogue.Ready) {
		yes := true
		_, err = im.Edit(ctx, im.by, d.ID, 0, catalogue.Patch{PublishWhenReady: &yes})
	}
	return err
}

// file does one file and puts into the report what became of it. What is wrong
// with the file is reported; what is wrong with the house is an error.
func (im *importing) file(path string, take func() (changed bool, err error)) error {
	changed, err := take()
	f := FileReport{Path: path, Outcome: Unchanged}
	if changed {
		f.Outcome = Taken
	}
	if err != nil {
		switch fault.KindOf(err) {
		case fault.Invalid, fault.NotFound, fault.Conflict, fault.Forbidden:
		default:
			return err
		}
		why := fault.Of(err)
		f = FileReport{Path: path, Outcome: Refused, Code: why.Code, Message: why.Msg}
		for _, field := range why.Fields {
			f.Message += " (" + field.Path + " " + field.Msg + ")"
		}
	}
	im.tell(f)
	return nil
}

func (im *importing) tell(f FileReport) {
	im.report.Files = append(im.report.Files, f)
	if im.options.Progress != nil {
		im.options.Progress(f)
	}
}

// manifest reads drama.toml, or infers it where there is none.
func (im *importing) manifest() (folder.Manifest, error) {
	name := im.disk.Name()
	text, err := im.disk.Read(folder.File, folder.MaxBytes, folder.ErrTooLarge)
	if errors.Is(err, folder.ErrNoFile) {
		m, ignored, err := folder.Infer(im.disk.FS(), name)
		for _, path := range ignored {
			im.tell(FileReport{Path: path, Outcome: Ignored, Code: "catalogue.file_not_understood",
				Message: "Its name is not that of a video, of a video's subtitles or of a poster here; drama.toml could name it."})
		}
		m.Key = words.KeyFrom(search.Spell(name))
		return m, err
	}
	if err != nil {
		return folder.Manifest{}, err
	}
	m, ignored, err := folder.Parse(text)
	for _, key := range ignored {
		im.tell(FileReport{Path: folder.File, Outcome: Ignored, Code: "catalogue.manifest_key_unknown", Message: words.Clip(key)})
	}
	if m.Key == "" {
		m.Key = words.KeyFrom(search.Spell(name))
	}
	return m, err
}

// drama finds or makes the drama and brings its words up to date.
func (im *importing) drama(ctx context.Context, m folder.Manifest) error {
	if !words.ValidKey(m.Key) {
		return catalogue.ErrKeyShape
	}
	plan, markets, err := plansIn(m)
	if err != nil {
		return err
	}
	about := catalogue.About{
		Title: m.Title, Synopsis: m.Synopsis, OriginalLanguage: m.OriginalLanguage, Genres: m.Genres, Tags: m.Tags,
		Audience: m.Audience, Year: m.Year, Credit: m.Credit, Release: plan, Markets: markets,
	}
	for _, p := range m.People {
		about.People = append(about.People, catalogue.Person{Role: p.Role, Name: p.Name})
	}
	if about, err = about.Clean(im.Genres()); err != nil {
		return err
	}
	im.report.Key = m.Key
	d, err := im.DramaByKey(ctx, im.by, im.options.Org, m.Key)
	if isMissing(err) {
		d, err = im.Create(ctx, im.by, catalogue.NewDrama{Org: im.options.Org, Key: m.Key, About: about})
		im.report.Created = err == nil
		if errors.Is(err, catalogue.ErrKeyTaken) { // another import of the folder was faster
			d, err = im.DramaByKey(ctx, im.by, im.options.Org, m.Key)
		}
	}
	if err != nil {
		return err
	}
	im.report.Drama = d.ID
	return im.file(folder.File, func() (bool, error) {
		after, err := im.Edit(ctx, im.by, d.ID, 0, catalogue.Patch{About: func(a *catalogue.About) {
			given := about
			given.Release, given.Markets = over(about, *a)
			*a = given
		}})
		return im.report.Created || after.Version != d.Version, err
	})
}

func (im *importing) poster(ctx context.Context, shape catalogue.Shape, lang, path string) (bool, error) {
	original, err := im.disk.Read(path, poster.MaxBytes, poster.ErrTooLarge)
	if err != nil {
		return false, err
	}
	d, err := im.Drama(ctx, im.by, im.report.Drama)
	if err != nil {
		return false, err
	}
	in := d.OriginalLanguage
	if lang != "" {
		in, _ = words.Tag(lang)
	}
	if d.Posters(shape)[in].Hash == poster.Hash(original) {
		return false, nil // before the costly decoding
	}
	_, err = im.PutPoster(ctx, im.by, d.ID, 0, shape, lang, original)
	return true, err
}

func (im *importing) episode(ctx context.Context, e folder.Episode) error {
	var asset *id.Asset
	var refused error
	if e.File != "" {
		asset, refused = im.take(ctx, e.File)
	}
	known, changed, err := im.place(ctx, e, asset)
	if err != nil {
		path := "episodes[" + strconv.Itoa(e.Number) + "]"
		if refused != nil { // the episode would have no video: that is the reason
			path, err = e.File, refused
		}
		return im.file(path, func() (bool, error) { return false, err })
	}
	if e.File != "" {
		if err := im.file(e.File, func() (bool, error) { return changed, refused }); err != nil {
			return err
		}
	}
	for lang, path := range e.Subtitles {
		if err := im.file(path, func() (bool, error) { return im.subtitle(ctx, known, lang, path) }); err != nil {
			return err
		}
	}
	return nil
}

// take hands an episode's file to media.
func (im *importing) take(ctx context.Context, path string) (*id.Asset, error) {
	told := int64(-1)
	sum, err := im.disk.Sum(ctx, path, func(read, size int64) {
		if percent := 100 * read / max(size, 1) / 10 * 10; percent != told && im.options.Reading != nil {
			told = percent
			im.options.Reading(Reading{Path: path, Percent: percent, Size: size})
		}
	})
	if err != nil {
		return nil, err
	}
	real, err := im.disk.RealPath(path)
	if err != nil {
		return nil, err
	}
	asset, err := im.Media.Take(ctx, im.by, im.options.Org, real, sum)
	if err != nil {
		return nil, err
	}
	return &asset, nil
}

// place finds or makes the episode, brings its title up to date and gives it the
// asset, if any. changed says that it did not have it.
func (im *importing) place(ctx context.Context, e folder.Episode, asset *id.Asset) (_ catalogue.Episode, changed bool, err error) {
	episodes, err := im.Episodes(ctx, im.by, im.report.Drama)
	if err != nil {
		return catalogue.Episode{}, false, err
	}
	title := words.Text(e.Title)
	patch := catalogue.EpisodePatch{Title: &title, Asset: asset}
	if !e.ReleaseAt.IsZero() {
		patch.OwnAt = &e.ReleaseAt
	}
	for _, before := range episodes {
		if before.Number == e.Number {
			_, after, err := im.EditEpisode(ctx, im.by, before.ID, 0, patch)
			return after, after.Asset != before.Asset || after.Next != before.Next, err
		}
	}
	patch.Number = &e.Number
	_, added, err := im.AddEpisode(ctx, im.by, im.report.Drama, 0, patch)
	return added, asset != nil, err
}

func (im *importing) subtitle(ctx context.Context, e catalogue.Episode, lang, path string) (bool, error) {
	raw, err := im.disk.Read(path, subtitle.MaxBytes, subtitle.ErrTooLarge)
	if err != nil {
		return false, err
	}
	tag, _ := words.Tag(lang)
	for _, old := range e.Subtitles {
		if old.Lang == tag && old.MadeFrom(raw) {
			return false, nil
		}
	}
	before, err := im.Drama(ctx, im.by, im.report.Drama)
	if err != nil {
		return false, err
	}
	after, _, err := im.PutSubtitle(ctx, im.by, e.ID, 0, lang, raw)
	return after.Version != before.Version, err
}
