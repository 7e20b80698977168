#!/usr/bin/env bash
# gonum's stat.Quantile with LinInterp says that the median of 1, 2, 3 is 1.5.
#
# gonum.org/v1/gonum v0.17.0, Go 1.26.8, seen 2026-11-30.
# Expected: linear interpolation as R, NumPy and spreadsheets do it by default
#           (type 7 of Hyndman and Fan, 1996): 2.
# Seen:     1.5, which is type 4. The median of an odd number of values is then
#           none of them; stat.Empirical gives 2.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"

	"gonum.org/v1/gonum/stat"
)

func main() {
	x := []float64{1, 2, 3}
	fmt.Println(stat.Quantile(0.5, stat.LinInterp, x, nil), stat.Quantile(0.5, stat.Empirical, x, nil))
}
GO
go mod init try 2>/dev/null
go get gonum.org/v1/gonum@v0.17.0 2>/dev/null
out=$(go run .)
echo "$out"
[ "$out" = "1.5 2" ]
