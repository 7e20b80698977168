#!/usr/bin/env bash
# A sub-benchmark "n-10", measured with -cpu 1, ran at GOMAXPROCS 10 for benchstat.
#
# golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da, Go 1.26.8, seen 2026-11-30.
# Expected: n-10 and n-100 are two benchmarks, both at GOMAXPROCS 1.
# Seen:     go test leaves the suffix out at GOMAXPROCS 1, so that "n-10" ends like one,
#           and nothing in the format tells them apart. -col /gomaxprocs compares 10 with
#           100 "processors" of one benchmark "Sum/n", which is 10 times slower; and
#           -filter /gomaxprocs:10 finds it. Names of the form n=10 are safe.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
go mod init try 2>/dev/null
cat >a_test.go <<'GO'
package try

import (
	"fmt"
	"testing"
)

func BenchmarkSum(b *testing.B) {
	for _, n := range []int{10, 100} {
		b.Run(fmt.Sprintf("n-%d", n), func(b *testing.B) {
			for range b.N {
			}
			b.ReportMetric(float64(n), "ns/op") // so that all runs are alike
		})
	}
}
GO
go test -run '^$' -bench . -benchtime 10x -cpu 1 -count 6 >a.txt
benchstat() { go run golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da "$@" 2>/dev/null; }
cols=$(benchstat -col /gomaxprocs a.txt)
ten=$(benchstat -filter /gomaxprocs:10 a.txt)
printf '%s\n\n%s\n' "$cols" "$ten"
grep -qE '^Sum/n .*10\.00n.* 100\.00n.*\+900\.00%' <<<"$cols" && grep -qE '^Sum/n-10 +10\.00n' <<<"$ten"
