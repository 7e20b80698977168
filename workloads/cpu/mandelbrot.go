package cpu

import (
	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

var _ = add("mandelbrot",
	"Counts the steps in which 256 points escape from around the Mandelbrot set.", func() workloads.Runner {
		return &cycle{
			answers: kernel.Answers(func(kind int) uint64 { return tile(kind, escape) }),
			do:      func(kind int) uint64 { return tile(kind, steps) },
		}
	})

// The picture is of the valley between the set's two largest parts; two thirds
// of its points never escape, and take mostSteps. Its coordinates are exact.
const (
	left, bottom = -0.78125, 0.0625
	pitch        = 1.0 / 1024
	tileSide     = 16
	mostSteps    = 200
)

// tile counts the steps of every fourth point of every fourth row. So each
// kind's tile covers all of the picture, and they cost the same within 5%:
// tiles side by side would not.
func tile(kind int, count func(x, y float64, most int) int) (sum uint64) {
	for row := kind / 4; row < 4*tileSide; row += 4 {
		for col := kind % 4; col < 4*tileSide; col += 4 {
			n := count(left+float64(col)*pitch, bottom+float64(row)*pitch, mostSteps)
			sum = sum*31 + uint64(n)
		}
	}
	return sum
}

// steps returns after how many steps z = z² + c, from 0, is more than 2 away
// from it, c being x+yi: at most most. The conversions keep products from being
// fused with sums: near the set the count depends on every rounding, and is to
// be the same on every machine.
func steps(x, y float64, most int) int {
	var re, im float64
	for n := range most {
		re2, im2 := float64(re*re), float64(im*im)
		if re2+im2 > 4 {
			return n
		}
		re, im = re2-im2+x, float64(2*re*im)+y
	}
	return most
}

// escape returns what steps does, for most of the points that never escape
// from the set's geometry: they lie in its cardioid or in the circle beside it.
func escape(x, y float64, most int) int {
	q := (x-0.25)*(x-0.25) + y*y
	if q*(q+x-0.25) <= y*y/4 || (x+1)*(x+1)+y*y <= 1.0/16 {
		return most
	}
	z, c := complex(0, 0), complex(x, y)
	n := 0
	for ; n < most && float64(real(z)*real(z))+float64(imag(z)*imag(z)) <= 4; n++ {
		z = complex(float64(real(z)*real(z))-float64(imag(z)*imag(z)), float64(2*real(z)*imag(z))) + c
	}
	return n
}
