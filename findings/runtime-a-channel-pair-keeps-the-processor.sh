#!/usr/bin/env bash
# At GOMAXPROCS 1, two goroutines that pass a value to and fro keep a third one from
# running for ten thousands of round trips, though it only asks for its next turn.
#
# Go 1.26.8, seen 2026-11-30 on two CPUs.
# Expected: a goroutine that calls runtime.Gosched runs again after the other
#           runnable goroutines had a turn: after about one round trip.
# Seen:     23,553 to 24,631 round trips between two turns in the mean (three runs).
#           Who is woken by a channel inherits the rest of the time slice of its
#           waker (runnext), so that the pair counts as one until it is preempted
#           after some 10 to 20 ms.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"time"
)

func main() {
	runtime.GOMAXPROCS(1)
	ping, pong := make(chan int), make(chan int)
	var trips atomic.Int64
	go func() {
		for range ping {
			pong <- 1
		}
	}()
	go func() {
		for {
			ping <- 1
			<-pong
			trips.Add(1)
		}
	}()
	turns := int64(0)
	for start := time.Now(); time.Since(start) < 2*time.Second; turns++ {
		runtime.Gosched()
	}
	each := trips.Load() / turns
	fmt.Println("round trips between two turns:", each)
	if each < 1000 {
		os.Exit(1)
	}
}
GO
GOTOOLCHAIN=${GOTOOLCHAIN:-go1.26.8} go run main.go
