#!/usr/bin/env bash
# runtime/metrics sees none of a hundred allocations, ReadMemStats sees them all.
#
# Go 1.26.8 and 1.27.3, seen 2026-11-30.
# Expected: /gc/heap/allocs:objects and MemStats.Mallocs are the same counter, of which
#           the first is the cheap way to read it, since it does not stop the world.
# Seen:     0 of 100 objects of 64 bytes by runtime/metrics, 100 and a few of its own by
#           ReadMemStats. Small objects are counted when a processor gives back its
#           span, which is after kilobytes. ReadMemStats makes all processors do so.
#           The documentation calls the metric cumulative and mentions no delay. An
#           "allocations per operation" from two readings is wrong for short stretches,
#           and a test that something allocates nothing passes.
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
)

var kept [100]*[64]byte

func main() {
	var before, after runtime.MemStats
	first := []metrics.Sample{{Name: "/gc/heap/allocs:objects"}}
	second := []metrics.Sample{{Name: "/gc/heap/allocs:objects"}}
	metrics.Read(first) // whatever it sets up is done now
	runtime.ReadMemStats(&before)
	metrics.Read(first)
	for i := range kept {
		kept[i] = new([64]byte)
	}
	metrics.Read(second)
	runtime.ReadMemStats(&after)
	seen := second[0].Value.Uint64() - first[0].Value.Uint64()
	all := after.Mallocs - before.Mallocs
	fmt.Printf("runtime/metrics: %d, ReadMemStats: %d\n", seen, all)
	if seen > 50 || all < 100 {
		os.Exit(1)
	}
}
GO
GOTOOLCHAIN=${GOTOOLCHAIN:-go1.26.8} go run main.go
