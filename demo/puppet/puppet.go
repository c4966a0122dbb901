package puppet

import (
	"math"

	"cliffhanger/demo/raster"
)

type sprite = raster.Sprite

// Heights of the joints above the ground, in units of an adult.
const (
	hipHeight  = 190
	neckLength = 137
)

// limb is an arm or a leg: its upper and its lower part.
type limb struct{ upper, lower *sprite }

// Puppet is a character carved at one scale. Heads are carved when an
// expression is first shown, so a Puppet is not safe for concurrent use.
type Puppet struct {
	Character
	scale                    float64 // sprite pixels per unit
	near                     palette
	body                     *sprite
	arm, farArm, leg, farLeg limb
	heads                    map[Look]*sprite
	rod                      *sprite
}

// Look is what a face shows. Mouth is 0 closed, 1 half, 2 open.
type Look struct {
	Expression string
	Mouth      int
	Blink      bool
}

// New carves a character; scale is in sprite pixels per unit: about the camera's
// zoom for a sharp picture.
func New(c Character, scale float64) *Puppet {
	hair := mix(ink, hex(c.Main), .12)
	if c.Hair == "grey" {
		hair = hex(0x968a80)
	}
	p := &Puppet{
		Character: c, scale: scale, heads: map[Look]*sprite{},
		near: palette{main: hex(c.Main), trim: hex(c.Trim), gold: hex(c.Gold), skin: skins[c.Face], hair: hair},
	}
	far := p.near.far()
	p.body = p.torso()
	p.arm = limb{p.upperArm(p.near), p.forearm(p.near)}
	p.farArm = limb{p.upperArm(far), p.forearm(far)}
	p.leg = limb{upper: p.thigh(p.near, false)}
	p.farLeg = limb{upper: p.thigh(far, true)}
	if !c.robed() {
		p.leg.lower, p.farLeg.lower = p.shin(p.near, false), p.shin(far, true)
	}
	p.rod = rod()
	return p
}

// leather is an empty piece of hide at the puppet's scale.
func (p *Puppet) leather(x0, y0, x1, y1 float64) *canvas {
	return raster.NewLeather(x0, y0, x1, y1, p.scale)
}

// rod is the stick that moves a hand: 100 units of translucent cane along +x.
func rod() *sprite {
	return raster.NewCanvas(0, -3, 100, 3, 2).Fill(rect(0, -1.4, 100, 2.8), hex(0x3a2010), .8).Sprite()
}

// Head is the sprite for a look. An unknown expression is a calm one.
func (p *Puppet) Head(l Look) *raster.Sprite {
	if s, carved := p.heads[l]; carved {
		return s
	}
	s := p.head(expressions[l.Expression], float64(l.Mouth)/2, l.Blink)
	p.heads[l] = s
	return s
}

// Stance is where and how a puppet stands: X and Y on the ground below the hip,
// Facing +1 right to -1 left (between them the paper turns), its pose and look.
type Stance struct {
	X, Y, Facing float64
	Pose         Pose
	Look         Look
}

// HeadAt is the middle of the face of a character in a stance.
func (c Character) HeadAt(s Stance) (x, y float64) {
	sin, cos := math.Sincos(s.Pose.Torso * math.Pi / 180)
	return s.X + (8+175*sin)*s.Facing*c.Size, s.Y - (hipHeight-s.Pose.Drop+199*cos)*c.Size
}

// Draw puts the puppet on a frame; camera maps stage units to pixels.
func (p *Puppet) Draw(f *raster.Frame, camera raster.Affine, s Stance) {
	facing := s.Facing
	if math.Abs(facing) < .08 { // never thinner than the hide
		facing = math.Copysign(.08, facing)
	}
	hip := camera.Mul(raster.Translate(s.X, s.Y)).Mul(raster.Scale(p.Size*facing, p.Size)).Mul(raster.Translate(0, s.Pose.Drop-hipHeight))
	torso := hip.Mul(raster.Rotate(s.Pose.Torso))
	shoulder := 30.0
	if p.Broad() {
		shoulder = 34
	}
	p.drawArm(f, torso.Mul(raster.Translate(shoulder*.55, -122)), p.farArm, s.Pose.FarArm-s.Pose.Torso*.6, s.Pose.FarForearm)
	p.drawLeg(f, hip.Mul(raster.Translate(10, 0)), p.farLeg, s.Pose.FarThigh, s.Pose.FarShin)
	p.drawLeg(f, hip.Mul(raster.Translate(-6, 0)), p.leg, s.Pose.Thigh, s.Pose.Shin)
	f.Place(p.body, torso, raster.HideLit)
	f.Place(p.Head(s.Look), torso.Mul(raster.Translate(2, -neckLength)).Mul(raster.Rotate(s.Pose.Head)), raster.FaceLit)
	elbow := p.drawArm(f, torso.Mul(raster.Translate(-shoulder*.45, -122)), p.arm, s.Pose.Arm-s.Pose.Torso*.6, s.Pose.Forearm)
	p.drawRod(f, camera, elbow, facing)
}

// drawArm returns the forearm's map.
func (p *Puppet) drawArm(f *raster.Frame, shoulder raster.Affine, arm limb, upper, lower float64) raster.Affine {
	at := shoulder.Mul(raster.Rotate(upper))
	elbow := at.Mul(raster.Translate(0, 70)).Mul(raster.Rotate(lower))
	f.Place(arm.lower, elbow, raster.HideLit)
	f.Place(arm.upper, at, raster.HideLit)
	return elbow
}

func (p *Puppet) drawLeg(f *raster.Frame, joint raster.Affine, leg limb, upper, lower float64) {
	if p.robed() {
		f.Place(leg.upper, joint.Mul(raster.Rotate(upper*.45)), raster.HideLit)
		return
	}
	knee := 90.0
	if p.Legs == "dress" {
		knee = 84
	}
	at := joint.Mul(raster.Rotate(upper))
	f.Place(leg.lower, at.Mul(raster.Translate(0, knee)).Mul(raster.Rotate(lower)), raster.HideLit)
	f.Place(leg.upper, at, raster.HideLit)
}

// drawRod runs from the hand down out of the picture, thin and translucent.
func (p *Puppet) drawRod(f *raster.Frame, camera, elbow raster.Affine, facing float64) {
	const opacity = 70
	x, y := elbow.Apply(0, 96)
	dx, dy := 46*facing, float64(f.Height)+40-y
	if dy <= 0 {
		return
	}
	stick := raster.Translate(x, y).Mul(raster.Rotate(math.Atan2(dy, dx) * 180 / math.Pi))
	f.Overlay(p.rod, stick.Mul(raster.Scale(math.Hypot(dx, dy)/100, max(.6, camera.A*.55))), opacity)
}
