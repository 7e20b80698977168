package practice

import (
	"context"
	"sync"

	"conpar/workloads"
	"conpar/workloads/fan"
)

// A picture of the upper half of the Mandelbrot set: its lowest rows cost some
// twenty times as much as the highest ones. Its coordinates are exact.
const (
	rows, columns = 128, 64
	leftmost      = -2.0
	xPitch        = 2.75 / columns
	yPitch        = 1.25 / rows
	mostSteps     = 200
)

var unevenAxis = workloads.Axis{
	Key: "goroutines", Quick: []int{workloads.AllCPUs, 0, 1, 2}, Full: []int{workloads.AllCPUs, 0, 1, 2, 8},
}

func init() {
	addUneven("dynamic", "Draws a picture of the Mandelbrot set, whose rows are handed out one by one.", dynamic)
	addUneven("static", "Draws a picture of the Mandelbrot set, of which each goroutine has a block of rows.", static)
}

func addUneven(by, doc string, draw splitting) {
	Set.AddReady("uneven/by="+by, doc, workloads.Computing, unevenAxis, draw)
}

// splitting is the Runner: a task is a picture, which g goroutines draw together.
// So both ways start goroutines and wait for them once a picture.
type splitting func(ctx context.Context, g int) (workloads.Result, error)

func (draw splitting) Run(ctx context.Context, g, n int) (total workloads.Result, err error) {
	for range n {
		picture, err := draw(ctx, g)
		if err != nil {
			return workloads.Result{}, err
		}
		total.Sum += picture.Sum
		total.Residence += picture.Residence
	}
	return total, nil
}

// dynamic has a goroutine that is done take the next row.
func dynamic(ctx context.Context, g int) (workloads.Result, error) {
	return fan.Run(ctx, g, rows, func(_, row int) (uint64, error) { return draw(row, row+1), nil })
}

// static hands each goroutine its rows at once: as many to each.
func static(ctx context.Context, g int) (workloads.Result, error) {
	blocks := max(g, 1)
	return fan.Run(ctx, g, blocks, func(_, b int) (uint64, error) {
		return draw(b*rows/blocks, (b+1)*rows/blocks), nil
	})
}

// draw draws rows from … to-1, and returns the number of steps in which their points
// escape from around the set, each times the place of the point.
func draw(from, to int) (sum uint64) {
	for row := from; row < to; row++ {
		for column := range columns {
			sum += uint64(row*columns+column+1) * uint64(escape(column, row))
		}
	}
	return sum
}

// escape returns after how many steps z = z² + c is more than 2 away from 0, at most
// mostSteps. The conversions keep products from being fused with sums, as near the
// set the number depends on every rounding.
func escape(column, row int) int {
	x, y := leftmost+float64(column)*xPitch, float64(row)*yPitch
	var re, im float64
	for n := range mostSteps {
		re2, im2 := float64(re*re), float64(im*im)
		if re2+im2 > 4 {
			return n
		}
		re, im = re2-im2+x, float64(2*re*im)+y
	}
	return mostSteps
}

// picture is the answer to every task.
var picture = sync.OnceValue(func() uint64 { return draw(0, rows) })

func (draw splitting) Want(n int) uint64 { return uint64(n) * picture() }

func (draw splitting) Close() error { return nil }
