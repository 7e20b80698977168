package input

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/perf/benchfmt"

	"conpar/report/series"
	"conpar/results/gotest"
)

const goroutinesKey = "goroutines="

// splitName takes a benchmark's name apart: without the part that says how
// many goroutines, -1 where none does, and without the suffix that says
// GOMAXPROCS, 1 without a suffix. In names of ours, which have a "/work=", a
// later "/cpus=1" says on how many CPUs.
//
// Any trailing -digits count as that suffix, until all is read: [decideNames] tells
// "Size/n-10", measured at GOMAXPROCS 1, from GOMAXPROCS 10. But go test writes
// no -1: at the end of a sub-benchmark's name it belongs to the name.
func splitName(full benchfmt.Name) series.Key {
	b, k := appendName(nil, full, false, false)
	k.Name = string(b)
	return k
}

// KeyOf is how the report calls a cell of `bench test`, without the package.
func KeyOf(b gotest.Benchmark) series.Key {
	name, k := appendName(nil, benchfmt.Name(fmt.Sprintf("%s-%d", strings.TrimPrefix(b.Name, "Benchmark"),
		b.Procs)), false, true)
	k.Name = string(name)
	return k
}

// appendName is splitName without any memory of its own. It appends the name:
// if it is to be kept, with the parts that say goroutines and CPUs. Where each name
// is suffixed, -1 is GOMAXPROCS too.
func appendName(b []byte, full benchfmt.Name, keep, suffixed bool) (name []byte, k series.Key) {
	k.Goroutines, k.Procs = -1, 1
	rest := full.Full()
	if digits := len(bytes.TrimRight(rest, "0123456789")); 0 < digits && digits < len(rest) && rest[digits-1] == '-' {
		if n, ok := number(rest[digits:]); ok && n > 0 && (n > 1 || suffixed || !isLabel(rest[:digits-1])) {
			rest, k.Procs = rest[:digits-1], n
		}
	}
	for len(rest) > 0 {
		part := rest
		if next := bytes.IndexByte(rest[1:], '/'); next >= 0 {
			part = rest[:1+next]
		}
		rest = rest[len(part):]
		if value, found := bytes.CutPrefix(part, []byte("/"+goroutinesKey)); found && k.Goroutines < 0 {
			if n, ok := number(value); ok {
				if k.Goroutines = n; !keep {
					continue
				}
			}
		}
		if value, found := bytes.CutPrefix(part, []byte("/cpus=")); found && k.CPUs == 0 &&
			bytes.Contains(b, []byte("/work=")) {
			if n, ok := number(value); ok && n > 0 { // 0 means all of them
				if k.CPUs = n; !keep {
					continue
				}
			}
		}
		b = append(b, part...)
	}
	return b, k
}

// isLabel says whether a name is that of a sub-benchmark whose last part is no
// key=value: there, -1 is likely a part of it.
func isLabel(name []byte) bool {
	slash := bytes.LastIndexByte(name, '/')
	return slash >= 0 && bytes.IndexByte(name[slash:], '=') < 0
}

// number reads digits that are written the usual way. Any other spelling
// stays in the name, so that two different names never become one.
func number(digits []byte) (int, bool) {
	n, err := strconv.Atoi(string(digits))
	return n, err == nil && strconv.Itoa(n) == string(digits) && n >= 0
}
