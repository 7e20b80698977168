#!/usr/bin/env bash
# A pool of ants in which nothing runs has 10 running and no free workers.
#
# github.com/panjf2000/ants/v2 v2.12.1, Go 1.26.8, seen 2026-11-30.
# Expected: after ten tasks have ended, a pool of ten has 0 running and 10 free workers:
#           Running "returns the number of workers currently running", Free "the number
#           of available workers".
# Seen:     Running 10 and Free 0, as when all are busy, until the idle workers are ended,
#           by default after a second or two. Submit goes through at once all the same.
#           So a gauge of tasks in flight over Running shows a full pool after each
#           burst, and who asks Free before Submit turns work away. Count in the task.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/panjf2000/ants/v2"
)

func main() {
	// Idle workers end after a minute rather than a second, so that a slow machine
	// sees the same.
	pool, err := ants.NewPool(10, ants.WithExpiryDuration(time.Minute))
	if err != nil {
		panic(err)
	}
	begin := make(chan bool)
	var tasks sync.WaitGroup
	tasks.Add(10)
	for range 10 {
		pool.Submit(func() { <-begin; tasks.Done() })
	}
	fmt.Println("all busy:", pool.Running(), "running,", pool.Free(), "free")
	close(begin)
	tasks.Wait()
	time.Sleep(100 * time.Millisecond)
	running, free := pool.Running(), pool.Free()
	fmt.Println("all idle:", running, "running,", free, "free")
	done := make(chan bool)
	pool.Submit(func() { close(done) })
	<-done
	if running != 10 || free != 0 {
		os.Exit(1)
	}
}
GO
go mod init try 2>/dev/null
go get github.com/panjf2000/ants/v2@v2.12.1 2>/dev/null
go run .
