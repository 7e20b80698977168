package input

import (
	"bytes"
	"strconv"

	"golang.org/x/perf/benchfmt"
)

const goroutinesKey = "goroutines="

// splitName takes a benchmark's name apart: without the part that says how
// many goroutines, -1 where none does, and without the suffix that says
// GOMAXPROCS, 1 without a suffix.
//
// Any trailing -digits count as that suffix, as for every reader of the
// format: "Size/n-10", measured at GOMAXPROCS 1, reads as GOMAXPROCS 10.
// Names that end in key=value are safe.
func splitName(full benchfmt.Name) (name string, goroutines, procs int) {
	b, goroutines, procs := appendName(nil, full)
	return string(b), goroutines, procs
}

// appendName is splitName without any memory of its own. It appends the name.
func appendName(b []byte, full benchfmt.Name) (name []byte, goroutines, procs int) {
	goroutines, procs = -1, 1
	rest := full.Full()
	var suffix []byte
	if digits := len(bytes.TrimRight(rest, "0123456789")); 0 < digits && digits < len(rest) && rest[digits-1] == '-' {
		rest, suffix = rest[:digits-1], rest[digits-1:]
		if n, ok := number(suffix[1:]); ok && n > 0 {
			procs, suffix = n, nil
		}
	}
	for len(rest) > 0 {
		part := rest
		if next := bytes.IndexByte(rest[1:], '/'); next >= 0 {
			part = rest[:1+next]
		}
		rest = rest[len(part):]
		if value, found := bytes.CutPrefix(part, []byte("/"+goroutinesKey)); found && goroutines < 0 {
			if n, ok := number(value); ok {
				goroutines = n
				continue
			}
		}
		b = append(b, part...)
	}
	return append(b, suffix...), goroutines, procs
}

// number reads digits that are written the usual way. Any other spelling
// stays in the name, so that two different names never become one.
func number(digits []byte) (int, bool) {
	n, err := strconv.Atoi(string(digits))
	return n, err == nil && strconv.Itoa(n) == string(digits) && n >= 0
}
