package cpu

import (
	"math"
	"math/rand/v2"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

var _ = add("matmul", "Multiplies two matrices of 56 × 56 numbers.", func() workloads.Runner {
	f := newFactors()
	return &ownMemory[matrix]{answers: kernel.Answers(f.reference), do: f.multiply}
})

// Two factors and their product are 74 KiB, which any second-level cache holds.
// A row is seven cache lines: with a power of two, the elements of a column
// would compete for the same few places in the first-level cache.
const order = 56

// matrix is a square matrix, row by row.
type matrix [order * order]float64

// Those of the different kinds overlap, each beginning an eighth of a row
// after the other, and are 51 KiB in all. They are only read. Their elements
// are whole numbers below 64, so that sums of products are exact, in any order
// and fused or not.
const shift = order / 8

type factors struct{ left, right []float64 }

func newFactors() *factors {
	random := rand.NewPCG(1, 2)
	entries := func() []float64 {
		e := make([]float64, len(matrix{})+kernel.Kinds*shift)
		for i := range e {
			e[i] = float64(random.Uint64() % 64)
		}
		return e
	}
	return &factors{entries(), entries()}
}

func (f *factors) pair(kind int) (a, b *matrix) {
	return (*matrix)(f.left[kind*shift:]), (*matrix)(f.right[kind*shift:])
}

// multiply computes a pair's product in blocks of 2 × 2 elements: their sums
// stay in registers, and each element that is loaded is used twice.
func (f *factors) multiply(product *matrix, kind int) uint64 {
	a, b := f.pair(kind)
	for row := 0; row < order; row += 2 {
		upper, lower := a[row*order:][:order], a[(row+1)*order:][:order]
		for col := 0; col < order; col += 2 {
			var s00, s01, s10, s11 float64
			for k, u := range upper {
				l, beside := lower[k], b[k*order+col:][:2]
				s00 += u * beside[0]
				s01 += u * beside[1]
				s10 += l * beside[0]
				s11 += l * beside[1]
			}
			at := row*order + col
			product[at], product[at+1] = s00, s01
			product[at+order], product[at+order+1] = s10, s11
		}
	}
	return digest(product)
}

// digest depends on all of m's elements and their places.
func digest(m *matrix) (sum uint64) {
	for i, element := range m {
		sum += math.Float64bits(element) * uint64(2*i+1)
	}
	return sum
}

// reference returns what multiply does, by the definition, in whole numbers.
func (f *factors) reference(kind int) uint64 {
	a, b := f.pair(kind)
	var product matrix
	for row := range order {
		for col := range order {
			sum := 0
			for k := range order {
				sum += int(a[row*order+k]) * int(b[k*order+col])
			}
			product[row*order+col] = float64(sum)
		}
	}
	return digest(&product)
}
