#!/usr/bin/env bash
# Ten waits for a rate limiter are given up, and the next one waits for them all the same.
#
# golang.org/x/time v0.16.0, Go 1.26.8, seen 2026-11-30.
# Expected: Limiter.Wait whose context is cancelled gives its token back: at 10 a second,
#           with nobody left in the queue, the next Wait takes 100 ms.
# Seen:     1 s, if those who came first give up first, as time-outs and clients do: a
#           cancelled wait returns nothing when others have reserved after it, whether
#           these cancel as well or not. In the reverse order it takes 100 ms. So a
#           burst of requests that all give up blocks the limiter for as long as if it
#           had been served. The time is that of testing/synctest, and exact.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >a_test.go <<'GO'
package try

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// next returns how long a Wait takes after ten others were cancelled.
func next(t *testing.T, reverse bool) (took time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		limiter := rate.NewLimiter(10, 1)
		limiter.Allow() // the one token that there is
		var cancels []context.CancelFunc
		for range 10 {
			ctx, cancel := context.WithCancel(t.Context())
			cancels = append(cancels, cancel)
			go limiter.Wait(ctx)
			synctest.Wait()
		}
		if reverse {
			slices.Reverse(cancels)
		}
		for _, cancel := range cancels {
			cancel()
			synctest.Wait()
		}
		start := time.Now()
		if err := limiter.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		took = time.Since(start)
	})
	return took
}

func TestNext(t *testing.T) {
	fmt.Printf("first come, first gone: %v; last come, first gone: %v\n", next(t, false), next(t, true))
}
GO
go mod init try 2>/dev/null
go get golang.org/x/time/rate@v0.16.0 2>/dev/null
out=$(go test -v . | grep gone)
echo "$out"
[ "$out" = "first come, first gone: 1s; last come, first gone: 100ms" ]
