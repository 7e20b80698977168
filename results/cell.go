package results

import (
	"cmp"
	"fmt"
	"strconv"

	"conpar/results/lazy"
)

// Cell names what one sample measures: a workload at one value of its axis, one
// GOMAXPROCS, and on how many CPUs. It is comparable.
type Cell struct {
	Family string // "CPU"
	Work   string // "primes", "serial/share=20"
	Axis   string // "goroutines"
	N      int    // value on the axis; 0 is the plain loop
	Procs  int    // GOMAXPROCS, at least 1
	CPUs   int    // that the process of the sample may use; 0: all that the run may use
}

// Series returns the part of the name that all cells of a workload share,
// "CPU/work=primes".
func (c Cell) Series() string { return c.Family + "/work=" + c.Work }

// String returns the cell's benchmark name as the testing package prints it,
// "BenchmarkCPU/work=primes/goroutines=8-2". At GOMAXPROCS 1 there is no
// suffix. On fewer than all CPUs their number stands before the axis:
// "BenchmarkCPU/work=primes/cpus=1/goroutines=8-2".
func (c Cell) String() string {
	s := "Benchmark" + c.Series()
	if c.CPUs > 0 {
		s += "/" + cpusKey + "=" + strconv.Itoa(c.CPUs)
	}
	s += "/" + c.Axis + "=" + strconv.Itoa(c.N)
	if c.Procs > 1 {
		s += "-" + strconv.Itoa(c.Procs)
	}
	return s
}

// cpusKey is no axis: it says on how many CPUs a cell is measured.
const cpusKey = "cpus"

var cellName = lazy.Regexp(`^Benchmark([A-Z][A-Za-z]*)/work=([a-z][a-z0-9]*(?:/[a-z]+=[a-z0-9.]+)*?)(?:/cpus=([1-9][0-9]*))?/([a-z]+)=(0|[1-9][0-9]*)(?:-([1-9][0-9]*))?$`)

// ParseCell is the inverse of [Cell.String].
func ParseCell(name string) (Cell, error) {
	m := cellName().FindStringSubmatch(name)
	if m == nil || m[4] == cpusKey {
		return Cell{}, fmt.Errorf("%.80q is not the name of a cell such as %q", name,
			Cell{Family: "CPU", Work: "primes", Axis: "goroutines", N: 8, Procs: 2})
	}
	cpus, err := strconv.Atoi(cmp.Or(m[3], "0"))
	n, err2 := strconv.Atoi(m[5])
	procs, err3 := strconv.Atoi(cmp.Or(m[6], "1"))
	switch err := cmp.Or(err, err2, err3); {
	case err != nil:
		return Cell{}, fmt.Errorf("cell %.80q: %w", name, err)
	case m[6] == "1":
		return Cell{}, fmt.Errorf("cell %.80q: GOMAXPROCS 1 is written without a suffix", name)
	}
	return Cell{m[1], m[2], m[4], n, procs, cpus}, nil
}
