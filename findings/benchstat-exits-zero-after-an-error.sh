#!/usr/bin/env bash
# benchstat says that a file is missing, or that nothing could be written, and exits 0.
#
# golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da, Go 1.26.8, seen 2026-11-30.
# Expected: an exit code that is not 0, so that a script which compares notices.
# Seen:     "open nosuch.txt: no such file or directory" and "no space left on
#           device" on stderr, exit code 0 both times. A gate in CI that relies on
#           the exit code passes when there was nothing to compare.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
export GOBIN=$dir
go install golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da 2>/dev/null
for i in 0 1 2 3 4 5; do echo "BenchmarkA-2 100 40$i ns/op"; done >a.txt
missing=0 full=0
./benchstat nosuch.txt 2>missing.txt || missing=$?
./benchstat a.txt >/dev/full 2>full.txt || full=$?
cat missing.txt full.txt
echo "exit codes: $missing, $full"
grep -q 'no such file' missing.txt && grep -q 'no space left' full.txt && [ "$missing$full" = 00 ]
