#!/usr/bin/env bash
# A benchmark that panics may end in PASS and exit code 0.
#
# Go 1.26.8 and 1.27.3, seen 2026-11-30: 18 and 16 of 300 runs, 16 of them at a time.
# Expected: a panic ends the process with exit code 2, as that of a test does.
# Seen:     the testing package goes on while the panic ends the process. On a busy
#           machine it may be faster: it prints a line for the benchmark without a
#           time, then PASS, and leaves with 0. The panic is not printed. A gate that
#           looks at the exit code takes the run for good.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >try_test.go <<'GO'
package try

import "testing"

func BenchmarkPanics(b *testing.B) { panic("out of luck") }
GO
printf 'module try\n\ngo 1.26\n' >go.mod
for version in 1.26.8 1.27.3; do
	GOTOOLCHAIN=go$version go test -c -o try.test .
	passed=0 runs=0
	while [ $passed = 0 ] && [ $runs -lt 2000 ]; do
		runs=$((runs + 200))
		passed=$(seq 200 | xargs -P 16 -I{} sh -c './try.test -test.bench . -test.benchtime 1x 2>&1 | grep -c "^PASS" || true' | grep -c '^1' || true)
	done
	echo "go$version: $passed of the last 200 runs, of $runs, end in PASS"
	[ "$passed" != 0 ]
done
