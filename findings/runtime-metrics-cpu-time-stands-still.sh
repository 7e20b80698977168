#!/usr/bin/env bash
# The CPU times of runtime/metrics do not move until a garbage collection ends.
#
# Go 1.26.8 and 1.27.3, seen 2026-11-30.
# Expected: /cpu/classes/total and /cpu/classes/user go on while a program computes, as
#           the documentation has it: GOMAXPROCS integrated over the time that passed.
# Seen:     both are the same before and after 0.5 s of computing, and rise by that
#           time at the next runtime.GC(). What allocates little collects every two
#           minutes at most, so that a benchmark reads 0 CPU seconds, or those of
#           somebody else. getrusage is right. The delay is golang/go#59749, open.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/metrics"
	"time"
)

func read() (total, user float64) {
	s := []metrics.Sample{{Name: "/cpu/classes/total:cpu-seconds"}, {Name: "/cpu/classes/user:cpu-seconds"}}
	metrics.Read(s)
	return s[0].Value.Float64(), s[1].Value.Float64()
}

func main() {
	runtime.GC()
	total, user := read()
	for start := time.Now(); time.Since(start) < 500*time.Millisecond; {
	}
	total1, user1 := read()
	runtime.GC()
	total2, user2 := read()
	fmt.Printf("after 0.5 s of computing: total +%.3f, user +%.3f\n", total1-total, user1-user)
	fmt.Printf("after a collection:       total +%.3f, user +%.3f\n", total2-total, user2-user)
	if total1 != total || user1 != user || total2-total < 0.4 || user2-user < 0.1 {
		os.Exit(1)
	}
}
GO
GOTOOLCHAIN=${GOTOOLCHAIN:-go1.26.8} go run main.go
