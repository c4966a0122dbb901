package exchange

import (
	"maps"

	"cliffhanger/studio/catalogue"
	"cliffhanger/studio/catalogue/folder"
)

// postersAt is where a manifest names the pictures of one shape.
type postersAt struct {
	original *string
	others   *map[string]string
}

func postersIn(m *folder.Manifest) map[catalogue.Shape]postersAt {
	p := &m.Posters
	return map[catalogue.Shape]postersAt{
		catalogue.Portrait: {&p.Portrait, &p.Portraits}, catalogue.Landscape: {&p.Landscape, &p.Landscapes},
	}
}

func (at postersAt) add(lang, name string) {
	if *at.others == nil {
		*at.others = map[string]string{}
	}
	(*at.others)[lang] = name
}

// all answers the paths by language; "" is the original one.
func (at postersAt) all() map[string]string {
	out := map[string]string{}
	maps.Copy(out, *at.others)
	if *at.original != "" {
		out[""] = *at.original
	}
	return out
}
