package input

import (
	"bytes"
	"strconv"

	"golang.org/x/perf/benchfmt"

	"conpar/report/series"
)

const goroutinesKey = "goroutines="

// splitName takes a benchmark's name apart: without the part that says how
// many goroutines, -1 where none does, and without the suffix that says
// GOMAXPROCS, 1 without a suffix. In names of ours, which have a "/work=", a
// later "/cpus=1" says on how many CPUs.
//
// Any trailing -digits count as that suffix, as for every reader of the
// format: "Size/n-10", measured at GOMAXPROCS 1, reads as GOMAXPROCS 10.
// Names that end in key=value are safe.
func splitName(full benchfmt.Name) series.Key {
	b, k := appendName(nil, full)
	k.Name = string(b)
	return k
}

// appendName is splitName without any memory of its own. It appends the name.
func appendName(b []byte, full benchfmt.Name) (name []byte, k series.Key) {
	k.Goroutines, k.Procs = -1, 1
	rest := full.Full()
	var suffix []byte
	if digits := len(bytes.TrimRight(rest, "0123456789")); 0 < digits && digits < len(rest) && rest[digits-1] == '-' {
		rest, suffix = rest[:digits-1], rest[digits-1:]
		if n, ok := number(suffix[1:]); ok && n > 0 {
			k.Procs, suffix = n, nil
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
				k.Goroutines = n
				continue
			}
		}
		if value, found := bytes.CutPrefix(part, []byte("/cpus=")); found && k.CPUs == 0 && bytes.Contains(b, []byte("/work=")) {
			if n, ok := number(value); ok && n > 0 { // 0 means all of them
				k.CPUs = n
				continue
			}
		}
		b = append(b, part...)
	}
	return append(b, suffix...), k
}

// number reads digits that are written the usual way. Any other spelling
// stays in the name, so that two different names never become one.
func number(digits []byte) (int, bool) {
	n, err := strconv.Atoi(string(digits))
	return n, err == nil && strconv.Itoa(n) == string(digits) && n >= 0
}
