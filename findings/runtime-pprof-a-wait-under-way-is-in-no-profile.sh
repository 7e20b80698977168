#!/usr/bin/env bash
# The block profile does not know a wait that is still under way.
#
# Go 1.26.8 and 1.27.3, seen 2026-11-30.
# Expected: a goroutine that has waited for a channel during a whole second is in
#           the block profile with that second.
# Seen:     it is not there at all until it wakes up, and then with all of its wait.
#           So a profile of a window lacks what blocked for the longest, and has
#           waits that began before the window.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"
)

func waiter(c chan int) { <-c }

func profiled() bool {
	var b bytes.Buffer
	if err := pprof.Lookup("block").WriteTo(&b, 1); err != nil {
		panic(err)
	}
	return strings.Contains(b.String(), "main.waiter")
}

func main() {
	runtime.SetBlockProfileRate(1)
	c := make(chan int)
	go waiter(c)
	time.Sleep(time.Second)
	during := profiled()
	c <- 1
	for start := time.Now(); !profiled() && time.Since(start) < 10*time.Second; {
		time.Sleep(time.Millisecond)
	}
	fmt.Println("waiting: in the profile", during)
	fmt.Println("woken:   in the profile", profiled())
}
GO
printf 'module try\n\ngo 1.26\n' >go.mod
for version in 1.26.8 1.27.3; do
	out=$(GOTOOLCHAIN=go$version go run .)
	echo "$out"
	[ "$out" = "waiting: in the profile false
woken:   in the profile true" ]
done
