#!/usr/bin/env bash
# A group of errgroup begins what is left after an error.
#
# golang.org/x/sync v0.25.0, Go 1.26.8, seen 2026-11-30.
# Expected: with WithContext and SetLimit(1), what is still to come is not begun
#           once a function has failed: the group is cancelled and keeps one error.
# Seen:     all 1,000 functions are run, one after the other. Only those stop that
#           look at the context themselves, so a batch of computing goes on in full.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
)

func main() {
	g, ctx := errgroup.WithContext(context.Background())
	g.SetLimit(1)
	begun := 0
	for range 1000 {
		g.Go(func() error {
			begun++
			return errors.New("no")
		})
	}
	err := g.Wait()
	fmt.Printf("%d begun, error %q, context: %v\n", begun, err, ctx.Err())
}
GO
go mod init try 2>/dev/null
go get golang.org/x/sync/errgroup@v0.25.0 2>/dev/null
out=$(go run .)
echo "$out"
[ "$out" = '1000 begun, error "no", context: context canceled' ]
