#!/usr/bin/env bash
# The peak memory of a child that a Go program starts is at least that of the program.
#
# Go 1.26.8 and 1.27.3, Linux 6, seen 2026-11-30.
# Expected: Maxrss of /bin/true, from ProcessState.SysUsage, is some 2 MB, whoever
#           started it: "maximum resident set size" in getrusage(2).
# Seen:     2 MB, and 310 MB after the parent has written to 300 MB of its own. os/exec
#           starts a child within the memory of its parent (CLONE_VM), and Linux keeps
#           the peak across exec. So a harness that holds large results measures itself.
#           What is above its own peak is true; everything below is not to be known.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// peak returns the peak of /bin/true in MB.
func peak() int64 {
	c := exec.Command("/bin/true")
	if err := c.Run(); err != nil {
		panic(err)
	}
	return c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10
}

func main() {
	before := peak()
	own := make([]byte, 300<<20)
	for i := 0; i < len(own); i += 4096 {
		own[i] = 1
	}
	after := peak()
	fmt.Printf("peak of /bin/true: %d MB, after 300 MB of our own: %d MB\n", before, after)
	if before > 50 || after < 250 || own[0] != 1 {
		os.Exit(1)
	}
}
GO
GOTOOLCHAIN=${GOTOOLCHAIN:-go1.26.8} go run main.go
