package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// scale is how many pixels a unit of the picture has, for sharp screens.
const scale = 2

// levels are the steps between a colour and what is behind it. So few keep a
// picture to the 256 colours of a palette.
const levels = 16

// canvas is a picture made of pixels.
type canvas struct {
	*image.RGBA
	faces map[bool]font.Face // by whether it is bold
}

// pngOf writes a picture as PNG.
func pngOf(marks []mark, w, h float64) ([]byte, error) {
	c := canvas{image.NewRGBA(image.Rect(0, 0, int(w*scale), int(h*scale))), map[bool]font.Face{}}
	for bold, data := range map[bool][]byte{false: gomono.TTF, true: gomonobold.TTF} {
		parsed, err := opentype.Parse(data)
		if err != nil {
			return nil, err
		}
		c.faces[bold], err = opentype.NewFace(parsed, &opentype.FaceOptions{Size: fontSize * scale, DPI: 72})
		if err != nil {
			return nil, err
		}
	}
	for _, m := range marks {
		if m.shape != nil {
			c.fill(m.shape, m.colour)
		} else if err := c.write(m); err != nil {
			return nil, err
		}
	}
	few, err := c.paletted()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.DefaultCompression}).Encode(&b, few)
	return b.Bytes(), err
}

// fill paints a shape.
func (c canvas) fill(o outline, colour color.RGBA) {
	area := o.bounds()
	r := vector.NewRasterizer(area.Dx(), area.Dy())
	to := func(p point) (float32, float32) {
		return float32(p.x*scale) - float32(area.Min.X), float32(p.y*scale) - float32(area.Min.Y)
	}
	for i, p := range o {
		x, y := to(p.points[0])
		switch {
		case p.begins:
			if i > 0 {
				r.ClosePath()
			}
			r.MoveTo(x, y)
		case len(p.points) == 3:
			x2, y2 := to(p.points[1])
			x3, y3 := to(p.points[2])
			r.CubeTo(x, y, x2, y2, x3, y3)
		default:
			r.LineTo(x, y)
		}
	}
	r.ClosePath()
	mask := image.NewAlpha(image.Rect(0, 0, area.Dx(), area.Dy()))
	r.DrawOp = draw.Src
	r.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
	c.blend(mask, area, colour)
}

// bounds are the pixels that the outline may touch.
func (o outline) bounds() image.Rectangle {
	area := image.Rectangle{}
	for _, p := range o {
		for _, q := range p.points {
			x, y := int(q.x*scale), int(q.y*scale)
			area = area.Union(image.Rect(x-1, y-1, x+2, y+2))
		}
	}
	return area
}

// write puts each letter into the middle of its cell.
func (c canvas) write(m mark) error {
	i := 0
	for _, r := range m.text {
		dot := fixed.P(int((m.x+float64(i)*cellWidth)*scale), int(m.y*scale))
		i++
		if r == ' ' {
			continue
		}
		area, mask, at, _, ok := c.faces[m.bold].Glyph(dot, r)
		if !ok {
			return fmt.Errorf("the font has no %q, and it is not drawn as a shape", r)
		}
		letter := image.NewAlpha(image.Rect(0, 0, area.Dx(), area.Dy()))
		draw.Draw(letter, letter.Bounds(), mask, at, draw.Src)
		c.blend(letter, area, m.colour)
	}
	return nil
}

// blend lays a colour over the picture where the mask is. It is not instrumented for
// the race detector: it draws millions of pixels, in one goroutine.
//
//go:norace
func (c canvas) blend(mask *image.Alpha, area image.Rectangle, colour color.RGBA) {
	seen := area.Intersect(c.Bounds())
	for y := seen.Min.Y; y < seen.Max.Y; y++ {
		row := mask.Pix[(y-area.Min.Y)*mask.Stride+seen.Min.X-area.Min.X:][:seen.Dx()]
		below := c.Pix[c.PixOffset(seen.Min.X, y):][:4*seen.Dx()]
		for i, alpha := range row {
			switch step := (uint32(alpha)*(levels-1) + 127) / 255; step {
			case 0:
			case levels - 1:
				p := below[4*i : 4*i+4]
				p[0], p[1], p[2], p[3] = colour.R, colour.G, colour.B, 0xFF
			default:
				blendPixel(below[4*i:4*i+4], colour, step)
			}
		}
	}
}

// blendPixel lays so many steps of a colour over a pixel.
//
//go:norace
func blendPixel(p []uint8, colour color.RGBA, step uint32) {
	for j, to := range [4]uint8{colour.R, colour.G, colour.B, 0xFF} {
		p[j] = uint8((uint32(to)*step + uint32(p[j])*(levels-1-step)) / (levels - 1))
	}
}

// paletted is the picture with a table of its colours, in order of appearance.
//
//go:norace
func (c canvas) paletted() (*image.Paletted, error) {
	few := image.NewPaletted(c.Bounds(), nil)
	places := map[color.RGBA]uint8{}
	var last color.RGBA
	var place uint8
	for i := range few.Pix {
		p := c.Pix[4*i : 4*i+4]
		if colour := (color.RGBA{p[0], p[1], p[2], p[3]}); colour != last || i == 0 {
			known := false
			if place, known = places[colour]; !known {
				if len(few.Palette) == 256 {
					return nil, errors.New("more than 256 colours")
				}
				place = uint8(len(few.Palette))
				places[colour] = place
				few.Palette = append(few.Palette, colour)
			}
			last = colour
		}
		few.Pix[i] = place
	}
	return few, nil
}
