#!/usr/bin/env bash
# Two measurements before and two after are significant to benchstat, if gotestsum
# printed them.
#
# gotest.tools/gotestsum v1.13.0, golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da,
# Go 1.26.8, seen 2026-11-30.
# Expected: n=2, too few to say anything, as benchstat has it for what the test binary
#           prints itself: "~ (p=0.333 n=2)".
# Seen:     go test -json has no event for the end of a benchmark, so gotestsum takes it
#           for a failed test (gotestsum#332, open) and repeats in a summary what it
#           printed first, under its own name and under the outermost one. benchstat
#           reads all. With -count 2, two samples are four; runs of one sample each
#           count three times.
#
#               Queue/size=10   101.0n ± ∞ ¹   111.0n ± ∞ ¹  +9.90% (p=0.029 n=4)
#
#           gotestsum exits with 0. Give benchstat the output of go test itself.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
export GOBIN=$dir
go install gotest.tools/gotestsum@v1.13.0 2>/dev/null
go install golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da 2>/dev/null
go mod init try 2>/dev/null
cat >a_test.go <<'GO'
package try

import (
	"os"
	"strconv"
	"testing"
)

// BenchmarkQueue reports the figure that it is given, so that all runs are alike.
func BenchmarkQueue(b *testing.B) {
	b.Run("size=10", func(b *testing.B) {
		for range b.N {
		}
		ns, err := strconv.ParseFloat(os.Getenv("NS"), 64)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(ns, "ns/op")
	})
}
GO
go test -c -o try.test
export NS
for NS in 101 111; do
	./try.test -test.run '^$' -test.bench . -test.benchtime 10x -test.cpu 1 -test.count 2 >plain-$NS.txt
	./gotestsum --format standard-verbose -- -run '^$' -bench . -benchtime 10x -cpu 1 -count 2 >sum-$NS.txt
done
plain=$(./benchstat plain-101.txt plain-111.txt)
sum=$(./benchstat sum-101.txt sum-111.txt)
printf '%s\n\n%s\n' "$plain" "$sum"
grep -qE '~ \(p=0\.333 n=2\)' <<<"$plain" && grep -qE '9\.90% \(p=0\.029 n=4\)' <<<"$sum"
