#!/usr/bin/env bash
# An execution trace that ended with SIGKILL is read to its end without an error.
#
# golang.org/x/exp v0.0.0-20261113113407-e3970619a1a4, Go 1.26.8, seen 2026-11-30.
# Expected: the reader tells a trace that was cut from one that ended with trace.Stop,
#           by io.ErrUnexpectedEOF or the like.
# Seen:     io.EOF for both. The runtime writes a generation about every second, and
#           nothing between, so that the file ends where one does; and the format has
#           no mark for the end. Of 3.6 s before SIGKILL the last 0.6 s are missing, of
#           3.6 s before trace.Stop nothing. What was slow at the end, or why it was
#           killed, is then not to be seen, and a rate per second is too low.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/trace"
	"syscall"
	"time"

	exptrace "golang.org/x/exp/trace"
)

// child traces 3.6 s of short sleeps to its output and ends as it is told.
func child(end string) {
	if err := trace.Start(os.Stdout); err != nil {
		panic(err)
	}
	for start := time.Now(); time.Since(start) < 3600*time.Millisecond; {
		time.Sleep(time.Millisecond)
	}
	if end == "kill" {
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
	trace.Stop()
}

// length returns the time from the first to the last event of a child, and the error
// at its end.
func length(end string) (time.Duration, error) {
	name := end + ".trace"
	f, err := os.Create(name)
	if err != nil {
		panic(err)
	}
	c := exec.Command(os.Args[0], end)
	c.Stdout = f
	c.Run() // SIGKILL is an error here
	f.Seek(0, io.SeekStart)
	r, err := exptrace.NewReader(f)
	if err != nil {
		panic(err)
	}
	var first, last exptrace.Time
	for n := 0; ; n++ {
		e, err := r.ReadEvent()
		if err != nil {
			return last.Sub(first), err
		}
		if last = e.Time(); n == 0 {
			first = last
		}
	}
}

func main() {
	if len(os.Args) > 1 {
		child(os.Args[1])
		return
	}
	whole, errWhole := length("stop")
	cut, errCut := length("kill")
	fmt.Printf("stop: %.2f s, then %v\nkill: %.2f s, then %v\n", whole.Seconds(), errWhole, cut.Seconds(), errCut)
	if errWhole != io.EOF || errCut != io.EOF || whole < 3550*time.Millisecond || cut > 3500*time.Millisecond {
		os.Exit(1)
	}
}
GO
go mod init try 2>/dev/null
go get golang.org/x/exp/trace@v0.0.0-20261113113407-e3970619a1a4 2>/dev/null
go run .
