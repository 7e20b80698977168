#!/usr/bin/env bash
# benchmath.NewSample sorts the slice that it is given.
#
# golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da, Go 1.26.8, seen 2026-11-30.
# Expected: a constructor leaves its argument as it is, or says that it does not.
# Seen:     the values come back sorted. Samples that were in the order of their
#           rounds no longer are: ratios within rounds, drift and correlation are
#           lost if the sample is made first.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"

	"golang.org/x/perf/benchmath"
)

func main() {
	rounds := []float64{30, 10, 20}
	benchmath.NewSample(rounds, &benchmath.DefaultThresholds)
	fmt.Println(rounds)
}
GO
go mod init try 2>/dev/null
go get golang.org/x/perf/benchmath@v0.0.0-20260908200009-22c9c6c9d4da 2>/dev/null
out=$(go run .)
echo "$out"
[ "$out" = "[10 20 30]" ]
