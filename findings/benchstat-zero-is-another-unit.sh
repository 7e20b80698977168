#!/usr/bin/env bash
# benchstat takes a result of 0 ns/op out of its cell.
#
# golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da, Go 1.26.8, seen 2026-11-30.
# Expected: four samples of B, 0, 0, 1 and 1 ns/op, have a median of 0.5 ns.
# Seen:     benchstat rescales ns/op to sec/op, but leaves a zero in ns/op. So the
#           four samples become two cells of two tables, and the first one says
#           that B takes 1 ns:
#
#               B-2       1.000n ± ∞
#
# Who measures something that is often free (allocations, an empty path, a
# counter) reads a figure that holds only the samples above zero.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
for v in 0 0 1 1; do echo "BenchmarkB-2 100 $v ns/op"; done >b.txt
out=$(go run golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da b.txt 2>/dev/null)
echo "$out"
grep -qE '^B-2 +1\.000n' <<<"$out" && grep -qE '^B-2 +0\.000' <<<"$out"
