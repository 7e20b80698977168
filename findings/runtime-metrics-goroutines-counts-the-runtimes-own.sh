#!/usr/bin/env bash
# The metric /sched/goroutines:goroutines counts the runtime's own goroutines.
#
# Go 1.26.8 and 1.27.3, and 1.25.5 beside them, seen 2026-11-30.
# Expected: the count of live goroutines is what runtime.NumGoroutine returns, as
#           it is up to Go 1.25.
# Seen:     a program that starts none has 1 by NumGoroutine, and 6 by the metric,
#           since Go 1.26. A chart of it steps up when only the toolchain changes,
#           and a test that wants no goroutine left over fails.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"runtime"
	"runtime/metrics"
)

func main() {
	s := []metrics.Sample{{Name: "/sched/goroutines:goroutines"}}
	metrics.Read(s)
	fmt.Printf("%s: %d by NumGoroutine, %d by the metric\n", runtime.Version(), runtime.NumGoroutine(), s[0].Value.Uint64())
}
GO
printf 'module try\n\ngo 1.25\n' >go.mod
for version in 1.25.5 1.26.8 1.27.3; do
	GOTOOLCHAIN=go$version go run . | tee -a out.txt
done
grep -q '^go1.25.5: 1 by NumGoroutine, 1 by' out.txt
[ "$(grep -c ': 1 by NumGoroutine, [2-9]' out.txt)" = 2 ]
