#!/usr/bin/env bash
# montanaflynn/stats returns an error for an empty list, but none for NaN.
#
# github.com/montanaflynn/stats v0.14.0, Go 1.26.8, seen 2026-11-30.
# Expected: functions that return an error return one where the input cannot have an
#           answer, or ErrNaN, which the package has.
# Seen:     the median of 1, NaN, 3 is NaN with a nil error. So checking err is
#           not enough before a figure is used: refuse NaN on the way in.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"math"

	"github.com/montanaflynn/stats"
)

func main() {
	m, err := stats.Median([]float64{1, math.NaN(), 3})
	_, empty := stats.Median(nil)
	fmt.Println(m, err, empty != nil)
}
GO
go mod init try 2>/dev/null
go get github.com/montanaflynn/stats@v0.14.0 2>/dev/null
out=$(go run .)
echo "$out"
[ "$out" = "NaN <nil> true" ]
