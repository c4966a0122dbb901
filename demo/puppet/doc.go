// Package puppet carves the company: leather figures with ten joints, nine
// expressions and fourteen gestures.
//
// A Character is data: a handful of words (face, hair, hat, costume) and three
// colours, chosen so that everyone is recognisable in black. New turns it into
// a Puppet, whose parts are drawn once as sprites; Draw then only moves them.
//
// The figures stand in profile, as shadow puppets do, and all measures are in
// stage units: the hip is at the origin of the body, y grows downwards, the
// face looks along +x.
package puppet
