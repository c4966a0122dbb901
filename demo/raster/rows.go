package raster

// The inner loops. Two 8-bit channels travel in one 32-bit word (red with blue,
// green with alpha), so that one multiplication scales both.

// sample is a bilinear tap: red|blue and green|alpha, premultiplied.
func (s *Sprite) sample(u, v int) (rb, ga uint32) {
	i := (v>>16)*s.width + u>>16
	if uint(i) >= uint(len(s.pixels)-s.width-1) {
		return 0, 0
	}
	p, q, r, t := s.pixels[i], s.pixels[i+1], s.pixels[i+s.width], s.pixels[i+s.width+1]
	if p|q|r|t == 0 {
		return 0, 0
	}
	fx, fy := uint32(u>>8&255), uint32(v>>8&255)
	rb = blendPair(blendPair(p&redBlue, q&redBlue, fx), blendPair(r&redBlue, t&redBlue, fx), fy)
	ga = blendPair(blendPair(p>>8&redBlue, q>>8&redBlue, fx), blendPair(r>>8&redBlue, t>>8&redBlue, fx), fy)
	return rb, ga
}

// blendPair mixes two channel pairs, share 0..255 of 256.
func blendPair(a, b, share uint32) uint32 { return (a*(256-share) + b*share) >> 8 & redBlue }

// lit lays a hide of colour rb, ga over a pixel, lit by light.
func lit(below, light, rb, ga uint32) uint32 {
	alpha := ga >> 16
	rest := 256 - alpha - alpha>>7
	under := (below & redBlue) * rest
	r := (under&0xffff + (rb&255)*(light&255)) >> 8
	b := (under>>16 + (rb>>16)*(light>>16&255)) >> 8
	g := ((below>>8&255)*rest + (ga&255)*(light>>8&255)) >> 8
	return r | g<<8 | b<<16
}

// placeRow is the hot loop of the puppets: any rotation, lit from behind.
func placeRow(row, light []uint32, s *Sprite, t tap) {
	pixels, w := s.pixels, s.width
	light = light[:len(row)]
	limit := uint(len(pixels) - w - 1)
	for x := range row {
		i := (t.v>>16)*w + t.u>>16
		fx, fy := uint32(t.u>>8&255), uint32(t.v>>8&255)
		t.u += t.du
		t.v += t.dv
		if uint(i) >= limit {
			continue
		}
		taps := pixels[i : i+w+2]
		p, q, r, o := taps[0], taps[1], taps[w], taps[w+1]
		if p|q|r|o == 0 {
			continue
		}
		rb := blendPair(blendPair(p&redBlue, q&redBlue, fx), blendPair(r&redBlue, o&redBlue, fx), fy)
		ga := blendPair(blendPair(p>>8&redBlue, q>>8&redBlue, fx), blendPair(r>>8&redBlue, o>>8&redBlue, fx), fy)
		row[x] = lit(row[x], light[x], rb, ga)
	}
}

// filterRow multiplies an unrotated hide onto what is there. The vertically
// blended columns are kept from pixel to pixel while the camera is closer than
// 1:1, when neighbours share them.
func filterRow(row, upper, lower []uint32, fy uint32, t tap) {
	if len(upper) == 0 || len(lower) == 0 {
		return
	}
	var leftRB, leftGA, rightRB, rightGA uint32
	kept := -9
	lower = lower[:len(upper)]
	for x := range row {
		column := t.u >> 16
		fx := uint32(t.u >> 8 & 255)
		t.u += t.du
		if uint(column) >= uint(len(upper)-1) {
			continue
		}
		if column != kept {
			if column == kept+1 {
				leftRB, leftGA = rightRB, rightGA
			} else {
				leftRB = blendPair(upper[column]&redBlue, lower[column]&redBlue, fy)
				leftGA = blendPair(upper[column]>>8&redBlue, lower[column]>>8&redBlue, fy)
			}
			rightRB = blendPair(upper[column+1]&redBlue, lower[column+1]&redBlue, fy)
			rightGA = blendPair(upper[column+1]>>8&redBlue, lower[column+1]>>8&redBlue, fy)
			kept = column
		}
		if leftGA|rightGA == 0 {
			continue
		}
		rb, ga := blendPair(leftRB, rightRB, fx), blendPair(leftGA, rightGA, fx)
		alpha := ga >> 16
		rest := 256 - alpha - alpha>>7
		below := row[x]
		row[x] = (below&255)*(rest+rb&255)>>8 |
			(below>>8&255)*(rest+ga&255)>>8<<8 |
			(below>>16&255)*(rest+rb>>16)>>8<<16
	}
}

// overlayRow paints plain premultiplied colour.
func overlayRow(row []uint32, s *Sprite, t tap, opacity uint32) {
	for x := range row {
		rb, ga := s.sample(t.u, t.v)
		t.u += t.du
		t.v += t.dv
		if rb|ga == 0 {
			continue
		}
		if opacity < 256 {
			rb, ga = rb*opacity>>8&redBlue, ga*opacity>>8&redBlue
		}
		rest := 256 - (ga>>16 + ga>>23)
		below := row[x]
		row[x] = (below&redBlue*rest>>8&redBlue + rb) | ((below>>8&255)*rest>>8+ga&255)<<8
	}
}
