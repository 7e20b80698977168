#!/usr/bin/env bash
# A log.Logger on io.Discard does not format: a benchmark of it measures an empty call.
#
# Go 1.26.8 and 1.27.3, seen 2026-11-30.
# Expected: io.Discard takes what was formatted and throws it away, as with
#           fmt.Fprintf(io.Discard, …), so that a benchmark sees the cost of logging
#           without that of writing.
# Seen:     String of the argument is called 1 time by fmt.Fprintf, 1 time by a logger on
#           a writer that only wraps io.Discard, and 0 times by a logger on io.Discard
#           itself, which it knows and returns at once. The documentation of log has no
#           word on it. Locks and line numbers are not measured either.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"io"
	"log"
)

type counter struct{ calls int }

func (c *counter) String() string { c.calls++; return "x" }

type wrapped struct{ io.Writer }

func main() {
	var byFmt, byWrapped, byDiscard counter
	fmt.Fprintf(io.Discard, "%v", &byFmt)
	log.New(wrapped{io.Discard}, "", 0).Printf("%v", &byWrapped)
	log.New(io.Discard, "", 0).Printf("%v", &byDiscard)
	fmt.Println(byFmt.calls, byWrapped.calls, byDiscard.calls)
}
GO
out=$(GOTOOLCHAIN=${GOTOOLCHAIN:-go1.26.8} go run main.go)
echo "$out"
[ "$out" = "1 1 0" ]
