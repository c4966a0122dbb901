package lettering

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"cliffhanger/demo/need"
	"cliffhanger/demo/raster"
)

// Faces are the typefaces of the theatre. Close them after use.
type Faces struct {
	Sans, Serif raster.Typeface
	files       []*os.File
}

// Open finds the typefaces in the font folders of the system and the user. It
// fails with a *need.Error when they are not installed.
func Open() (*Faces, error) {
	faces := &Faces{}
	for _, want := range []struct {
		to           *raster.Typeface
		file, family string
	}{
		{&faces.Sans, "NotoSansCJK-Bold.ttc", "Noto Sans CJK SC"},
		{&faces.Serif, "NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC"},
	} {
		file, face, err := open(fontFolders(), want.file, want.family)
		if err != nil {
			faces.Close()
			return nil, err
		}
		*want.to = face
		faces.files = append(faces.files, file)
	}
	return faces, nil
}

// Close releases the font files.
func (f *Faces) Close() {
	for _, file := range f.files {
		file.Close()
	}
}

// fontFolders follow the XDG base directory specification.
func fontFolders() []string {
	share := os.Getenv("XDG_DATA_DIRS")
	if share == "" {
		share = "/usr/local/share:/usr/share" // the specification's default
	}
	var folders []string
	for _, folder := range filepath.SplitList(share) {
		folders = append(folders, filepath.Join(folder, "fonts"))
	}
	if home, err := os.UserHomeDir(); err == nil {
		folders = append(folders, filepath.Join(home, ".local", "share", "fonts"), filepath.Join(home, ".fonts"))
	}
	return folders
}

func open(folders []string, name, family string) (*os.File, raster.Typeface, error) {
	path := find(folders, name)
	if path == "" {
		return nil, nil, &need.Error{What: "the typeface " + family, Package: "fonts-noto-cjk"}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	face, err := pick(file, family)
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, face, nil
}

// find is the first file of that name below the folders, or "". Folders that
// cannot be read are passed over.
func find(folders []string, name string) (found string) {
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Name() == name {
				found = path
				return fs.SkipAll
			}
			return nil
		})
		if err == nil && found != "" {
			return found
		}
	}
	return ""
}

// pick finds a family in a collection: its index differs by distribution. The
// tables are read lazily, so that 20 MB of glyphs stay on disk.
func pick(file *os.File, family string) (raster.Typeface, error) {
	collection, err := sfnt.ParseCollectionReaderAt(file)
	if err != nil {
		return nil, err
	}
	for i := range collection.NumFonts() {
		f, err := collection.Font(i)
		if err != nil {
			return nil, err
		}
		if name, err := f.Name(nil, sfnt.NameIDFamily); err == nil && strings.EqualFold(name, family) {
			return face{f}, nil
		}
	}
	return nil, errors.New("lettering: no " + family + " in " + file.Name())
}

// face reads glyph outlines from a font file.
type face struct{ font *sfnt.Font }

// Outline skips glyphs the font cannot give.
func (f face) Outline(text string, size float64) (raster.Shape, float64) {
	var (
		buffer   sfnt.Buffer
		outline  raster.Shape
		previous sfnt.GlyphIndex
		x        float64
	)
	em := fixed.Int26_6(size * 64)
	for _, char := range text {
		glyph, err := f.font.GlyphIndex(&buffer, char)
		if err != nil {
			continue
		}
		if kern, err := f.font.Kern(&buffer, previous, glyph, em, font.HintingNone); err == nil {
			x += float64(kern) / 64
		}
		previous = glyph
		if segments, err := f.font.LoadGlyph(&buffer, glyph, em, nil); err == nil {
			outline = append(outline, contours(segments, x)...)
		}
		if advance, err := f.font.GlyphAdvance(&buffer, glyph, em, font.HintingNone); err == nil {
			x += float64(advance) / 64
		}
	}
	return outline, x
}

// contours flattens a glyph shifted to x.
func contours(segments sfnt.Segments, x float64) (shape raster.Shape) {
	var contour []raster.Point
	at := func(p fixed.Point26_6) raster.Point {
		return raster.Point{X: x + float64(p.X)/64, Y: float64(p.Y) / 64}
	}
	for _, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if contour != nil {
				shape = append(shape, contour)
			}
			contour = []raster.Point{at(s.Args[0])}
		case sfnt.SegmentOpLineTo:
			contour = append(contour, at(s.Args[0]))
		case sfnt.SegmentOpQuadTo: // the same curve with cubic handles
			from, handle, to := contour[len(contour)-1], at(s.Args[0]), at(s.Args[1])
			contour = bezier(contour, from, between(from, handle, 2./3), between(to, handle, 2./3), to)
		case sfnt.SegmentOpCubeTo:
			contour = bezier(contour, contour[len(contour)-1], at(s.Args[0]), at(s.Args[1]), at(s.Args[2]))
		}
	}
	if contour != nil {
		shape = append(shape, contour)
	}
	return shape
}

func between(a, b raster.Point, t float64) raster.Point {
	return raster.Point{X: raster.Lerp(a.X, b.X, t), Y: raster.Lerp(a.Y, b.Y, t)}
}

// bezier appends a cubic curve from a to d, without a itself.
func bezier(line []raster.Point, a, b, c, d raster.Point) []raster.Point {
	const steps = 6
	for i := 1; i <= steps; i++ {
		t := float64(i) / steps
		ab, bc, cd := between(a, b, t), between(b, c, t), between(c, d, t)
		line = append(line, between(between(ab, bc, t), between(bc, cd, t), t))
	}
	return line
}
