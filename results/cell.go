package results

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
)

// Cell names what one sample measures: a workload at one value of its axis
// and one GOMAXPROCS. It is comparable.
type Cell struct {
	Family string // "CPU"
	Work   string // "primes", "serial/share=20"
	Axis   string // "goroutines"
	N      int    // value on the axis; 0 is the plain loop
	Procs  int    // GOMAXPROCS, at least 1
}

// Series returns the part of the name that all cells of a workload share,
// "CPU/work=primes".
func (c Cell) Series() string { return c.Family + "/work=" + c.Work }

// String returns the cell's benchmark name as the testing package prints it,
// "BenchmarkCPU/work=primes/goroutines=8-2". At GOMAXPROCS 1 there is no
// suffix.
func (c Cell) String() string {
	s := fmt.Sprintf("Benchmark%s/%s=%d", c.Series(), c.Axis, c.N)
	if c.Procs > 1 {
		s += "-" + strconv.Itoa(c.Procs)
	}
	return s
}

var cellName = regexp.MustCompile(`^Benchmark([A-Z][A-Za-z]*)/work=([a-z][a-z0-9]*(?:/[a-z]+=[a-z0-9.]+)*)/([a-z]+)=(0|[1-9][0-9]*)(?:-([1-9][0-9]*))?$`)

// ParseCell is the inverse of [Cell.String].
func ParseCell(name string) (Cell, error) {
	m := cellName.FindStringSubmatch(name)
	if m == nil {
		return Cell{}, fmt.Errorf("%.80q is not the name of a cell such as %q", name,
			Cell{"CPU", "primes", "goroutines", 8, 2})
	}
	n, err := strconv.Atoi(m[4])
	procs, err2 := strconv.Atoi(cmp.Or(m[5], "1"))
	switch err := cmp.Or(err, err2); {
	case err != nil:
		return Cell{}, fmt.Errorf("cell %.80q: %w", name, err)
	case m[5] == "1":
		return Cell{}, fmt.Errorf("cell %.80q: GOMAXPROCS 1 is written without a suffix", name)
	}
	return Cell{m[1], m[2], m[3], n, procs}, nil
}
