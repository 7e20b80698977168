#!/usr/bin/env bash
# The box of a gonum/plot box plot leans to one side for an odd number of values.
#
# gonum.org/v1/plot v0.17.0, Go 1.26.8, seen 2026-11-30.
# Expected: the box of 1, 2, 3, 4, 5 lies evenly about its median 3: from 2 to 4
#           (type 7, hinges with the median) or from 1.5 to 4.5 (without it).
# Seen:     from 1.5 to 4. The lower half is taken without the median, the upper
#           one with it. Turned round (-5 … -1) it should be the mirror image,
#           and is not.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

func main() {
	for _, v := range []plotter.Values{{1, 2, 3, 4, 5}, {-5, -4, -3, -2, -1}} {
		b, err := plotter.NewBoxPlot(vg.Points(10), 0, v)
		fmt.Println(b.Quartile1, b.Median, b.Quartile3, err)
	}
}
GO
go mod init try 2>/dev/null
go get gonum.org/v1/plot@v0.17.0 2>/dev/null
out=$(go run .)
echo "$out"
[ "$out" = "1.5 3 4 <nil>
-4.5 -3 -2 <nil>" ]
