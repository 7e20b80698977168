#!/usr/bin/env bash
# TryAcquire(1) of x/sync/semaphore fails while 5 of 10 are free.
#
# golang.org/x/sync v0.25.0, Go 1.26.8, seen 2026-11-30.
# Expected: it takes one of five. Its documentation has no word on those who wait.
# Seen:     false, as long as anybody waits for more than is free, here for 10; it is true
#           again once that wait is given up. Acquire(1) queues up behind it as well. So
#           one large request leaves half of the capacity idle until it is served, and
#           who sheds load by TryAcquire turns away work that there was room for. In
#           flight over capacity is then 50%, with everybody waiting.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >a_test.go <<'GO'
package try

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

	"golang.org/x/sync/semaphore"
)

func TestTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := semaphore.NewWeighted(10)
		s.Acquire(t.Context(), 5)
		ctx, cancel := context.WithCancel(t.Context())
		go s.Acquire(ctx, 10)
		synctest.Wait() // it waits now
		during := s.TryAcquire(1)
		cancel()
		synctest.Wait()
		fmt.Println("while another one waits:", during, "afterwards:", s.TryAcquire(1))
	})
}
GO
go mod init try 2>/dev/null
go get golang.org/x/sync/semaphore@v0.25.0 2>/dev/null
out=$(go test -v . | grep waits)
echo "$out"
[ "$out" = "while another one waits: false afterwards: true" ]
