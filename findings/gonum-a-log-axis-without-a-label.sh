#!/usr/bin/env bash
# A logarithmic axis that spans no power of ten has no label.
#
# gonum.org/v1/plot v0.17.0, Go 1.26.8, seen 2026-11-30.
# Expected: LogTicks labels two values or more of an axis, so that it can be read.
# Seen:     only powers of ten get a label. From 20 to 80 there is none on the axis:
#           the labels are at 10 and 100, beyond its ends, and are not drawn.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"

	"gonum.org/v1/plot"
)

func main() {
	for _, axis := range [][2]float64{{20, 80}, {2, 9}, {150, 900}} {
		within, beyond := 0, 0
		for _, t := range (plot.LogTicks{}).Ticks(axis[0], axis[1]) {
			switch {
			case t.Label == "":
			case axis[0] <= t.Value && t.Value <= axis[1]:
				within++
			default:
				beyond++
			}
		}
		fmt.Println("from", axis[0], "to", axis[1], "labels within:", within, "beyond:", beyond)
	}
}
GO
go mod init try 2>/dev/null
go get gonum.org/v1/plot@v0.17.0 2>/dev/null
go run . | tee out.txt
[ "$(grep -c 'labels within: 0 beyond: 2' out.txt)" = 3 ]
