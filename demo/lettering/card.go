package lettering

import (
	"strings"

	"cliffhanger/demo/raster"
	"cliffhanger/demo/story"
)

// The cards are laid out in units of a 540-wide frame.
const (
	cardWidth  = 540
	cardMiddle = cardWidth / 2
	lineLimit  = 480
)

var (
	gold     = raster.Hex(0xf4c050)
	paleGold = raster.Hex(0xffe9b8)
	cream    = raster.Hex(0xfff4e0)
	lacquer  = raster.Hex(0x3a0c0c)
	seal     = raster.Hex(0xc8281c)
	soot     = raster.Hex(0x200806)
	dried    = raster.Hex(0x2a0404)
)

// lines breaks a text to the width of a card.
func lines(face raster.Typeface, text string, size float64) []string {
	return Break(text, lineLimit, func(s string) float64 {
		_, advance := face.Outline(s, size)
		return advance
	})
}

// TitlePlate is the lacquered plate with the title carved top to bottom, the
// episode's seal at its foot and the English title below.
func (f *Faces) TitlePlate(title story.Text, episode int) *raster.Sprite {
	c := raster.NewCanvas(0, 0, cardWidth, 640, 1)
	chars := []rune(title.Zh)
	size := titleSize(len(chars))
	half, height := size*.8, float64(len(chars))*size*1.08+56
	c.Fill(raster.RoundRect(cardMiddle-half, 10, half*2, height, 14), lacquer, .9)
	c.Ink(raster.RoundRect(cardMiddle-half+7, 17, half*2-14, height-14, 9)[0], raster.Even(2.4), gold, 1)
	face := raster.Mix(gold, raster.Color{R: 1, G: .97, B: .85}, .45)
	for i, char := range chars {
		c.RimmedText(f.Serif, string(char), cardMiddle, 36+float64(i)*size*1.08+size*.86, size, face, 2.4, raster.Hex(0x6a1a10))
	}
	f.stamp(c, cardMiddle+half+6, height-74, episode)
	y := max(height+46, 455)
	for _, line := range lines(f.Serif, title.En, 27) {
		c.RimmedText(f.Serif, line, cardMiddle, y, 27, raster.Hex(0xfff2d8), 3, soot)
		y += 32
	}
	return c.Sprite()
}

// titleSize lets longer titles fit the plate.
func titleSize(chars int) float64 {
	switch {
	case chars < 4:
		return 112
	case chars == 4:
		return 96
	case chars == 5:
		return 84
	default:
		return min(70, 420/float64(chars))
	}
}

// stamp is the red seal with the episode's number: 第三集.
func (f *Faces) stamp(c *raster.Canvas, x, y float64, episode int) {
	c.Fill(raster.RoundRect(x, y, 62, 84, 8), seal, 1)
	for i, text := range []string{"第", Numeral(episode), "集"} {
		size := min(23, 50/runes(text))
		c.Text(f.Serif, text, x+31, y+25+float64(i)*25.5, size, cream)
	}
}

// Numeral is a number from 1 to 99 in Chinese: 十二.
func Numeral(n int) string {
	digits := strings.Split("〇一二三四五六七八九", "")
	tens, ones := n/10, n%10
	switch {
	case n < 10:
		return digits[ones]
	case tens == 1:
		tens = 0
	}
	text := "十"
	if tens > 0 {
		text = digits[tens] + text
	}
	if ones > 0 {
		text += digits[ones]
	}
	return text
}

// CliffCard is the question an episode ends on, and what comes next.
func (f *Faces) CliffCard(cliff story.Text, last bool) *raster.Sprite {
	c := raster.NewCanvas(0, 0, cardWidth, 300, 1)
	y := 60.0
	for _, line := range lines(f.Serif, cliff.Zh, 50) {
		c.RimmedText(f.Serif, line, cardMiddle, y, 50, paleGold, 4, dried)
		y += 60
	}
	y -= 12
	for _, line := range lines(f.Serif, cliff.En, 23) {
		c.RimmedText(f.Serif, line, cardMiddle, y, 23, raster.Hex(0xffffff), 2.6, dried)
		y += 30
	}
	y += 14
	next := "下集更精彩 · NEXT EPISODE"
	if last {
		next = "全剧终 · THE END?"
	}
	_, advance := f.Sans.Outline(next, 19)
	c.Fill(raster.RoundRect(cardMiddle-advance/2-18, y-14, advance+36, 38, 19), seal, .96)
	c.Text(f.Sans, next, cardMiddle, y+12, 19, cream)
	return c.Sprite()
}
