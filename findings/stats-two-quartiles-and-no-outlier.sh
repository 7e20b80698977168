#!/usr/bin/env bash
# montanaflynn/stats has two first quartiles for the same data, and sees no outlier
# in 1, 2, 3, 4, 100.
#
# github.com/montanaflynn/stats v0.14.0, Go 1.26.8, seen 2026-11-30.
# Expected: Quartile and Percentile(25) agree, or one says which definition it has.
# Seen:     Quartile leaves the median out of both halves (1.5), Percentile is type
#           7 (2). QuartileOutliers rests on Quartile, whose third quartile is 52
#           here, since the outlier itself is half of it: it finds none.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"

	"github.com/montanaflynn/stats"
)

func main() {
	x := []float64{1, 2, 3, 4, 100}
	q, _ := stats.Quartile(x)
	p, _ := stats.Percentile(x, 25)
	o, _ := stats.QuartileOutliers(x)
	fmt.Println(q.Q1, p, q.Q3, len(o.Mild)+len(o.Extreme))
}
GO
go mod init try 2>/dev/null
go get github.com/montanaflynn/stats@v0.14.0 2>/dev/null
out=$(go run .)
echo "$out"
[ "$out" = "1.5 2 52 0" ]
