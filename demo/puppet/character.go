package puppet

import (
	"fmt"
	"maps"
	"slices"

	"cliffhanger/demo/story"
)

// Character is what a figure is made of. Every word must be known to the
// carver; see Dress.
type Character struct {
	Face             string // lady, man, child, elder, rogue
	Hair             string // long, bob, short, bun, topknot, grey, tufts, tail, wave
	Hat              string // crown, phoenix, helmet, gauze, cap
	Top              string // hanfu, suit, coat, qipao, doctor, armour
	Legs             string // robe, trousers, dress
	Extra            string // glasses, beard, earring
	Size             float64
	Main, Trim, Gold uint32 // leathers, 0xRRGGBB
	Voice            Voice
}

// Voice is how a character speaks: a speech synthesiser's variant, its pitch
// 0..99 and its words per minute.
type Voice struct {
	Variant      string
	Pitch, Speed int
}

// Broad figures have wide shoulders and heavy brows.
func (c Character) Broad() bool { return c.Face == "man" || c.Face == "rogue" }

// young faces have large eyes and lashes.
func (c Character) young() bool { return c.Face == "lady" || c.Face == "child" }

// stock is the company. Dramas override colours, dress and voices.
var stock = map[string]Character{
	"heroine":  {Face: "lady", Hair: "long", Top: "coat", Legs: "dress", Main: 0xb83240, Trim: 0xffe2c4, Gold: 0xf0b440, Size: 1, Voice: Voice{"f2", 62, 205}},
	"ceo":      {Face: "man", Hair: "short", Top: "suit", Legs: "trousers", Main: 0x2c4a80, Trim: 0xc83c34, Gold: 0xf0c060, Size: 1.06, Voice: Voice{"m3", 32, 195}},
	"hanlady":  {Face: "lady", Hair: "bun", Top: "hanfu", Legs: "robe", Main: 0xc8443c, Trim: 0x2e8a78, Gold: 0xf4be48, Size: 1, Voice: Voice{"f5", 66, 195}},
	"empress":  {Face: "lady", Hair: "bun", Hat: "phoenix", Top: "hanfu", Legs: "robe", Main: 0x8a2c74, Trim: 0xe0902c, Gold: 0xffc840, Size: 1.04, Voice: Voice{"f4", 50, 185}},
	"prince":   {Face: "man", Hair: "topknot", Hat: "crown", Top: "hanfu", Legs: "robe", Main: 0x2a6a8c, Trim: 0xe6b04a, Gold: 0xffd060, Size: 1.06, Voice: Voice{"m3", 36, 190}},
	"general":  {Face: "man", Hat: "helmet", Top: "armour", Legs: "robe", Main: 0x8c3424, Trim: 0x2c7a6a, Gold: 0xe8a832, Size: 1.06, Voice: Voice{"m7", 26, 190}},
	"granny":   {Face: "elder", Hair: "grey", Top: "qipao", Legs: "robe", Main: 0x3c6e50, Trim: 0xb03a34, Gold: 0xe8b850, Size: .94, Voice: Voice{"f4", 34, 175}},
	"minister": {Face: "rogue", Hair: "topknot", Hat: "gauze", Extra: "beard", Top: "hanfu", Legs: "robe", Main: 0x5a3a78, Trim: 0xc86c2c, Gold: 0xe8b850, Size: 1, Voice: Voice{"m5", 22, 180}},
	"doctor":   {Face: "lady", Hair: "tail", Top: "doctor", Legs: "trousers", Extra: "glasses", Main: 0xf2f6f2, Trim: 0x3a9a9a, Gold: 0x58c0c8, Size: 1, Voice: Voice{"f3", 56, 205}},
	"kid":      {Face: "child", Hair: "tufts", Top: "coat", Legs: "trousers", Main: 0xe8842c, Trim: 0xd8342c, Gold: 0xf4c848, Size: .68, Voice: Voice{"f5", 92, 200}},
	"vixen":    {Face: "lady", Hair: "wave", Top: "qipao", Legs: "dress", Extra: "earring", Main: 0x6a2a6c, Trim: 0xd83a5c, Gold: 0xf0c050, Size: 1, Voice: Voice{"f1", 54, 205}},
	"rider":    {Face: "man", Hair: "short", Hat: "cap", Top: "coat", Legs: "trousers", Main: 0xe89a24, Trim: 0xffc428, Gold: 0x3a6ab0, Size: 1, Voice: Voice{"m1", 48, 215}},
}

// Dress casts a role: a member of the company with the role's changes. It
// fails on a word the carver does not know.
func Dress(role story.Role) (Character, error) {
	c, known := stock[role.Base]
	if !known {
		return Character{}, fmt.Errorf("puppet: no %q in the company (there are %v)", role.Base, slices.Sorted(maps.Keys(stock)))
	}
	for _, word := range []struct {
		to   *string
		from string
	}{{&c.Hair, role.Hair}, {&c.Hat, role.Hat}, {&c.Extra, role.Extra}, {&c.Top, role.Top}, {&c.Legs, role.Legs}, {&c.Voice.Variant, role.Voice}} {
		switch word.from {
		case "":
		case story.Without:
			*word.to = ""
		default:
			*word.to = word.from
		}
	}
	for _, leather := range []struct {
		to   *uint32
		from uint32
	}{{&c.Main, role.Main}, {&c.Trim, role.Trim}, {&c.Gold, role.Gold}} {
		if leather.from != 0 {
			*leather.to = leather.from
		}
	}
	if role.Pitch != 0 {
		c.Voice.Pitch = role.Pitch
	}
	return c, c.check()
}

func (c Character) check() error {
	for _, word := range []struct {
		kind, value string
		known       bool
	}{
		{"face", c.Face, has(profiles, c.Face)}, {"hair", c.Hair, has(hairstyles, c.Hair)}, {"hat", c.Hat, has(hats, c.Hat)},
		{"top", c.Top, has(bodices, c.Top)}, {"legs", c.Legs, has(legwear, c.Legs)}, {"extra", c.Extra, has(extras, c.Extra)},
	} {
		if !word.known {
			return fmt.Errorf("puppet: no %s called %q", word.kind, word.value)
		}
	}
	return nil
}

func has[V any](m map[string]V, key string) bool {
	_, ok := m[key]
	return ok
}
