//go:build system

package run_test

import (
	"fmt"
	"io"
	"strings"

	"conpar/report/run"
)

// Much input, which takes little time and memory all the same.
func init() {
	corpus = append(corpus, []trial{
		{name: "line-100MB", stdin: longLine("x"), args: []string{"-"}, code: run.Fine},
		{name: "result-100MB", stdin: longLine("BenchmarkLong 1 "), args: []string{"-"}, code: run.BadInput},
		{name: "samples-beyond-need", stdin: repeat("BenchmarkA 1 5 ns/op\n", 1_000_000), args: []string{"-"}, code: run.BadInput},
		{name: "cells-200000", stdin: plain(200_000, "ns/op"), args: []string{"-"}, code: run.Fine, brief: true},
		{name: "cells-200000-as-markdown", stdin: plain(200_000, "ns/op"), args: []string{"-format", "markdown", "-"}, code: run.Fine, brief: true},
		{name: "cells-200000-page", stdin: plain(200_000, "ns/op"), args: []string{"-o", "page", "-"}, code: run.Fine, brief: true},
		{name: "cells-of-200-units", stdin: plain(30_000, "unit%[3]d"), args: []string{"-"}, code: run.Fine, brief: true},
		{name: "cells-of-200-units-as-markdown", stdin: plain(100_000, "unit%[3]d"), args: []string{"-format", "markdown", "-"}, code: run.Fine, brief: true},
		{name: "names-200000", stdin: names(200_000), args: []string{"-"}, code: run.BadInput, brief: true, says: []string{"left out: results that need more than 192 MiB of memory; read fewer of them", "more warnings about this file"}},
		{name: "names-200000-csv", stdin: names(200_000), args: []string{"-format", "csv", "-"}, code: run.BadInput, brief: true, says: []string{"left out: results that need more than 192 MiB"}},
		{name: "names-200000-as-json", stdin: names(200_000), args: []string{"-format", "json", "-"}, code: run.BadInput, brief: true, says: []string{"left out: results that need more than 192 MiB"}},
	}...)
}

// longLine is a line of 100 MB between results.
func longLine(begin string) func() io.Reader {
	return func() io.Reader {
		parts := []io.Reader{strings.NewReader(three + begin)}
		for range 100 {
			parts = append(parts, strings.NewReader(megabyte))
		}
		return io.MultiReader(append(parts, strings.NewReader("\n"+fine))...)
	}
}

var megabyte = strings.Repeat("1 y ", 1_000_000/4)

func repeat(line string, n int) func() io.Reader {
	return func() io.Reader { return strings.NewReader(strings.Repeat(line, n)) }
}

func names(n int) func() io.Reader {
	return func() io.Reader {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "BenchmarkName%d/goroutines=%d 1 %d ns/op\n", i/2, 1+i%2, 1000+i)
		}
		return strings.NewReader(b.String())
	}
}

// plain is results of so many benchmarks without goroutines; the unit may be
// one of 200.
func plain(n int, unit string) func() io.Reader {
	return func() io.Reader {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "BenchmarkCell%[1]d 1 %[2]d "+unit+"\n", i, 1000+i, i%200)
		}
		return strings.NewReader(b.String())
	}
}
