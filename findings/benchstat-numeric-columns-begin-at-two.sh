#!/usr/bin/env bash
# benchstat -col /gomaxprocs@num takes GOMAXPROCS 2 as the baseline, not 1.
#
# golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da, Go 1.26.8, seen 2026-11-30.
# Expected: columns 1, 2, 4 in numeric order, the first one the baseline.
# Seen:     2, 4, and last a column without a name, which is GOMAXPROCS 1. A name
#           has no suffix there, so its key is empty, and what is no number comes
#           last. Every "vs base" is against 2. With @(1 2 4) the column of
#           GOMAXPROCS 1 is missing without a word; @("" 2 4) is right.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
for i in 0 1 2 3 4 5; do
	echo "BenchmarkA 100 40$i ns/op"
	echo "BenchmarkA-2 100 20$i ns/op"
	echo "BenchmarkA-4 100 10$i ns/op"
done >a.txt
benchstat() { go run golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da "$@" 2>/dev/null; }
numeric=$(benchstat -col /gomaxprocs@num a.txt)
listed=$(benchstat -col '/gomaxprocs@(1 2 4)' a.txt)
right=$(benchstat -col '/gomaxprocs@("" 2 4)' a.txt)
printf '%s\n\n%s\n\n%s\n' "$numeric" "$listed" "$right"
grep -qE '^A +202\.5n.* 402\.5n' <<<"$numeric" && ! grep -q 402.5n <<<"$listed" && grep -qE '^A +402\.5n' <<<"$right"
