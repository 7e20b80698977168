package series

import (
	"fmt"
	"maps"
	"math"
	"math/bits"
	"slices"
	"sync"
)

// Units holds the values of some samples by unit, as many of each. It is no
// map, since there is one a cell, and a map of three units takes 400 bytes.
type Units struct {
	names  *[]string // ascending; cells of the same units share them; nil for none
	n      int       // samples
	same   uint64    // by unit: all samples have the same value, which stands once
	values []float64
}

// NewUnits returns the values of n samples in the units of names, which ascend:
// those of the first unit, one a sample, then those of the second, and so on. A
// unit whose bit is set in same has one value, which is that of all samples. It
// keeps both.
func NewUnits(names *[]string, values []float64, n int, same uint64) Units {
	u := Units{names, n, same, values}
	if len(values) != u.begin(len(*names)) || len(*names) > 64 {
		panic(fmt.Sprintf("series: %d values of %d samples in %d units", len(values), n, len(*names)))
	}
	return u
}

// UnitsOf returns the values of a map. A unit with fewer values than another
// one has NaN for the rest.
func UnitsOf(values map[string][]float64) Units {
	names := slices.Sorted(maps.Keys(values))
	u := Units{names: &names}
	for _, v := range values {
		u.n = max(u.n, len(v))
	}
	for _, name := range names {
		u.values = append(u.values, values[name]...)
		for range u.n - len(values[name]) {
			u.values = append(u.values, math.NaN())
		}
	}
	return u
}

// begin returns where the values of the i-th unit begin.
func (u Units) begin(i int) int {
	once := bits.OnesCount64(u.same & (1<<i - 1))
	return once + (i-once)*u.n
}

// first returns the values of the first n samples.
func (u Units) first(n int) Units {
	out := Units{names: u.names, n: n, same: u.same}
	for i := range u.Names() {
		from, to := u.begin(i), u.begin(i+1)
		if u.same>>i&1 == 0 {
			to = from + n
		}
		out.values = append(out.values, u.values[from:to]...)
	}
	return out
}

// Names returns the units, ascending. The slice is not to be changed.
func (u Units) Names() []string {
	if u.names == nil {
		return nil
	}
	return *u.names
}

// Of returns the samples' values in a unit, which are not to be changed; nil where
// no sample has it.
func (u Units) Of(unit string) []float64 {
	for i, name := range u.Names() {
		if name == unit {
			from, to := u.begin(i), u.begin(i+1)
			if u.same>>i&1 == 1 {
				return repeated(u.values[from], u.n)
			}
			return u.values[from:to:to]
		}
	}
	return nil
}

// repetitions are what repeated has returned, by value; room is how much more of
// it is kept.
var repetitions struct {
	sync.Mutex
	of   map[uint64][]float64
	room int
}

// repeated returns a value n times. It is a memory that many cells share: of 100,000
// cells of which each allocates a few times, it is a hundred values.
func repeated(v float64, n int) []float64 {
	const room, least = 1 << 17, 16
	r := &repetitions
	r.Lock()
	defer r.Unlock()
	key := math.Float64bits(v)
	if len(r.of[key]) < n {
		if r.room < n {
			r.of, r.room = map[uint64][]float64{}, room
		}
		r.of[key] = slices.Repeat([]float64{v}, max(n, least))
		r.room -= len(r.of[key])
	}
	return r.of[key][:n:n]
}
