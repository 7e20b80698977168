#!/usr/bin/env bash
# In a pool of ants, a task is profiled under the labels of another one.
#
# github.com/panjf2000/ants/v2 v2.12.1, Go 1.26.8, seen 2026-11-30.
# Expected: a task that is submitted within pprof.Do under the label B shows as B in a
#           profile, as the documentation of Do says of goroutines that it starts.
# Seen:     A, B and a task without labels, submitted in this order to a pool of one,
#           are all labelled A. The worker started during A, and keeps its labels for
#           as long as it lives. So the CPU time of all work goes to who came first.
#           Set the labels within the task. A loop that starts a goroutine for every
#           task has A, B and none.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"runtime/pprof"
	"strings"

	"github.com/panjf2000/ants/v2"
)

var label = regexp.MustCompile(`"who":"(\w+)"`)

// labelled returns the label of the goroutine that calls it, as a profile has it.
//
//go:noinline
func labelled() string {
	var b bytes.Buffer
	pprof.Lookup("goroutine").WriteTo(&b, 1)
	for g := range strings.SplitSeq(b.String(), "\n\n") {
		if m := label.FindStringSubmatch(g); m != nil && strings.Contains(g, "main.labelled") {
			return m[1]
		}
	}
	return "none"
}

// try submits a task under A, one under B, and one without labels.
func try(submit func(func())) string {
	seen := make(chan string)
	one := func(context.Context) { submit(func() { seen <- labelled() }) }
	var out []string
	for _, who := range []string{"A", "B"} {
		pprof.Do(context.Background(), pprof.Labels("who", who), one)
		out = append(out, <-seen)
	}
	one(context.Background())
	return strings.Join(append(out, <-seen), " ")
}

func main() {
	pool, err := ants.NewPool(1)
	if err != nil {
		panic(err)
	}
	fmt.Println("ants:", try(func(f func()) { pool.Submit(f) }))
	fmt.Println("go:  ", try(func(f func()) { go f() }))
}
GO
go mod init try 2>/dev/null
go get github.com/panjf2000/ants/v2@v2.12.1 2>/dev/null
out=$(go run .)
echo "$out"
[ "$out" = "ants: A A A
go:   A B none" ]
