package input

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/perf/benchfmt"
)

const goroutinesKey = "goroutines="

// splitName takes a benchmark's name apart: without the part that says how
// many goroutines, -1 where none does, and without the suffix that says
// GOMAXPROCS, 1 where there is none.
//
// Any trailing -digits count as that suffix, as for every reader of the
// format: "Size/n-10", measured at GOMAXPROCS 1, reads as GOMAXPROCS 10.
// Names that end in key=value are safe.
func splitName(full benchfmt.Name) (name string, goroutines, procs int) {
	goroutines, procs = -1, 1
	base, parts := full.Parts()
	var b strings.Builder
	b.Write(base)
	for _, part := range parts {
		if part[0] == '-' {
			if n, ok := number(part[1:]); ok && n > 0 {
				procs = n
				continue
			}
		}
		if value, found := bytes.CutPrefix(part, []byte("/"+goroutinesKey)); found && goroutines < 0 {
			if n, ok := number(value); ok {
				goroutines = n
				continue
			}
		}
		b.Write(part)
	}
	return b.String(), goroutines, procs
}

// number reads digits that are written the usual way. Any other spelling
// stays in the name, so that two different names never become one.
func number(digits []byte) (int, bool) {
	n, err := strconv.Atoi(string(digits))
	return n, err == nil && strconv.Itoa(n) == string(digits) && n >= 0
}
