package input

import "math"

// block is what one run of a package's benchmarks prints, from "goos:" to "ok", or
// what stands between two such blocks. The testing package runs one benchmark
// after the other, each at every value of -cpu, and each of these -count times.
type block struct {
	whole bool // it begins with "goos:", so it is known to be one run
	ended bool // with PASS, ok or FAIL; to be read when all is

	last  *point // of its results so far
	first sample // of the benchmark that goes on
	procs int    // that all names so far end in, 1 for none; 0: they differ
	some  bool   // there is a name
}

// sample is a place in a cell.
type sample struct {
	of   *point
	at   int // in the order of its samples
	line int
	once bool // 1 iteration
}

// history is what must be known of how a cell's samples came about, to judge
// its name and its samples when the whole input has been read.
type history struct {
	block *block // in which it was seen last

	// Of how many samples another GOMAXPROCS of the same benchmark followed in
	// their block, if after is that: they may have been measured at another one
	// than they say (golang/go#49980).
	after *point
	ahead int32

	turns       int32 // that the cell had: 1 if all samples are side by side
	least, most int32 // iterations of a sample

	saw           int32 // GOMAXPROCS that the benchmark saw; 0: it does not tell
	alike, differ bool  // seen in blocks whose names all end in the same number, and in others
	doubt         bool  // nothing tells what the number at the end of the name is
}

// follow notes a cell's next sample.
func (p *parser) follow(c *point, iters int) {
	b, h := p.block, &c.history
	if b == nil { // of a run, whose cells are measured by processes of their own
		return
	}
	n := int32(min(iters, math.MaxInt32))
	if h.least == 0 {
		h.least = n
	}
	h.least, h.most = min(h.least, n), max(h.most, n)
	if b.last == c {
		return
	}
	h.turns++
	if h.block != b {
		h.close()
		h.block = b
		b.add(c.Procs)
	}
	switch last := b.last; {
	case last == nil || !last.mayBe(c):
		b.first = sample{c, c.n, p.line, iters == 1 && b.whole}
	case b.first.of == last && last != c:
		last.ahead++
		last.after = c
		if b.first.once && p.fits(ofSample) {
			p.once[last] = append(p.once[last], b.first)
		}
		b.first = sample{}
	}
	b.last = c
}

// mayBe says whether o is the same benchmark at another GOMAXPROCS, however
// their names are to be read.
func (c *point) mayBe(o *point) bool {
	return c.of == o.of && c.Goroutines == o.Goroutines && c.CPUs == o.CPUs &&
		(c.Name == o.Name && c.Procs != o.Procs || o.Name == c.written())
}

// add takes the number at the end of a name into account.
func (b *block) add(procs int) {
	if b.some && procs != b.procs {
		procs = 0
	}
	b.procs, b.some = procs, true
}

// close draws the conclusion from the last block in which a cell was seen, when
// that has ended.
func (h *history) close() {
	if h.block == nil {
		return
	}
	if h.block.procs > 1 {
		h.alike = true
	} else {
		h.differ = true
	}
}
