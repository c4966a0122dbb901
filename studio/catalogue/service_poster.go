package catalogue

import (
	"bytes"
	"context"
	"maps"

	"cliffhanger/internal/kernel/actor"
	"cliffhanger/internal/kernel/fault"
	"cliffhanger/internal/kernel/id"
	"cliffhanger/internal/platform/db"
	"cliffhanger/studio/catalogue/poster"
	"cliffhanger/studio/catalogue/words"
)

var (
	errShape        = fault.New(fault.Invalid, "catalogue.shape_unknown", "A poster is portrait or landscape.")
	errManyPosters  = fault.New(fault.Invalid, "catalogue.posters_too_many", "The drama has posters in 40 languages already; remove one first.")
	errPosterAbsent = fault.New(fault.NotFound, "catalogue.poster_missing", "The drama has no such poster in this language.")
)

// PutPoster gives a drama a poster in a language ("": the original one). The
// picture is kept as it came, and in the sizes pages need.
func (s *Service) PutPoster(ctx context.Context, by actor.Actor, drama id.Drama, version int64, shape Shape, lang string, original []byte) (Drama, error) {
	if _, err := own(ctx, s.DB, by, drama); err != nil {
		return Drama{}, err
	}
	lang, err := checkPoster(shape, lang)
	if err != nil {
		return Drama{}, err
	}
	img, err := s.storePicture(ctx, original)
	if err != nil {
		return Drama{}, err
	}
	return s.changePosters(ctx, by, drama, version, shape, lang, func(p poster.Set, lang string) (bool, error) {
		same := p[lang] == img
		p[lang] = img
		if len(p) > words.MostLanguages {
			return false, errManyPosters
		}
		return !same, nil
	})
}

// RemovePoster takes a drama's poster in a language away ("": the original one).
func (s *Service) RemovePoster(ctx context.Context, by actor.Actor, drama id.Drama, version int64, shape Shape, lang string) (Drama, error) {
	if _, err := own(ctx, s.DB, by, drama); err != nil {
		return Drama{}, err
	}
	lang, err := checkPoster(shape, lang)
	if err != nil {
		return Drama{}, err
	}
	return s.changePosters(ctx, by, drama, version, shape, lang, func(p poster.Set, lang string) (bool, error) {
		if _, ok := p[lang]; !ok {
			return false, errPosterAbsent
		}
		delete(p, lang)
		return true, nil
	})
}

// checkPoster answers the language's canonical tag; "" stays.
func checkPoster(shape Shape, lang string) (string, error) {
	if shape != Portrait && shape != Landscape {
		return "", errShape
	}
	if lang == "" {
		return "", nil
	}
	tag, ok := words.Tag(lang)
	if !ok {
		return "", errLanguage
	}
	return tag, nil
}

// changePosters is change for a drama's pictures of one shape; edit works on a copy.
func (s *Service) changePosters(ctx context.Context, by actor.Actor, drama id.Drama, version int64, shape Shape, lang string,
	edit func(p poster.Set, lang string) (bool, error)) (Drama, error) {
	return s.change(ctx, by, drama, version, func(_ context.Context, _ *db.Tx, d *Drama) (bool, error) {
		in := lang
		if in == "" {
			in = d.OriginalLanguage
		}
		at := d.posters(shape)
		p := maps.Clone(*at)
		if p == nil {
			p = poster.Set{}
		}
		*at = p
		return edit(p, in)
	})
}

func (s *Service) storePicture(ctx context.Context, original []byte) (poster.Image, error) {
	s.pictures <- struct{}{} // decoding is the most memory one request can ask for
	defer func() { <-s.pictures }()
	img, scaled, err := poster.Make(original)
	if err != nil {
		return img, err
	}
	keys := []string{poster.OriginalKey(img.Hash)}
	for _, p := range scaled {
		keys = append(keys, poster.Key(img.Hash, p.Width))
	}
	if err := s.kept.Claim(ctx, keys...); err != nil {
		return img, err
	}
	for _, p := range scaled {
		if err := s.Blobs.Put(ctx, poster.Key(img.Hash, p.Width), bytes.NewReader(p.JPEG), int64(len(p.JPEG))); err != nil {
			return img, err
		}
	}
	return img, s.Blobs.Put(ctx, poster.OriginalKey(img.Hash), bytes.NewReader(original), int64(len(original)))
}
