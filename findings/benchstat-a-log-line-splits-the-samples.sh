#!/usr/bin/env bash
# One line of a log between results makes benchstat show two tables.
#
# golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da, Go 1.26.8, seen 2026-11-30.
# Expected: a line such as "warning: cache is cold", which a benchmark printed,
#           is no result and changes nothing: 12 samples, one interval.
# Seen:     it becomes the configuration key "warning", which holds from there on.
#           So there are two tables, of 6 samples each, and two other medians.
#           -ignore warning puts them together again.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
for i in 1 2 3 4 5 6; do echo "BenchmarkA-2 100 40$i ns/op"; done >a.txt
echo "warning: cache is cold" >>a.txt
for i in 1 2 3 4 5 6; do echo "BenchmarkA-2 100 50$i ns/op"; done >>a.txt
benchstat() { go run golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da "$@" 2>/dev/null; }
split=$(benchstat a.txt)
whole=$(benchstat -ignore warning a.txt)
printf '%s\n\n%s\n' "$split" "$whole"
[ "$(grep -c '^A-2 ' <<<"$split")" = 2 ] && [ "$(grep -c '^A-2 ' <<<"$whole")" = 1 ]
