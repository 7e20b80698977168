package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
)

const usage = `Measures concurrency and parallelism on this machine, and ends in a report.

Usage: bench [flags]           (go run ./bench [flags])
       bench report …          read runs and benchmark files; bench report -h
       bench -h full           every flag

  -work NAMES     only these workloads: short names or a regular expression
  -rounds N       16 by default; intervals need 6, verdicts 10
  -budget TIME    begin no round that would end later, such as 45s
  -cpu LIST       values of GOMAXPROCS, such as 1,2,4
  -list, -dry-run print the workloads, or the cells and their time, and stop
  -resume DIR     go on with an interrupted run

Examples:
  go run ./bench                              everything, in four minutes
  go run ./bench -work 'primes|tcp'           one that computes, one that waits
  go run ./bench -profile full -budget 10m    a sweep, cut after ten minutes
  go run ./bench -cpu 1,2,4 -machine laptop   these GOMAXPROCS, under this name
  go run ./bench -resume results/laptop/20260102T030405Z

Ctrl-C keeps what was measured. Exit codes: 0 fine, 1 some samples failed,
2 usage, 3 input or output, 130 and 143 interrupted (go run turns all into 1).
`

const fullUsage = `Measures concurrency and parallelism on this machine, and ends in a report.

Usage: bench [flags]           (go run ./bench [flags])
       bench report …          the report command; bench report -h

What is measured:
  -profile quick|full  quick (default) takes four minutes at most on two CPUs; full sweeps
                       GOMAXPROCS 1, 2, 4 … CPUs, and twice the CPUs
  -work NAMES          only workloads that match, and all of their cells: a short name such
                       as primes, or a regular expression on short or full names, such as
                       'primes|tcp', CPU/ or '^Pattern/work=pool'. Without it: CPU/, IO/
                       and what the claims need
  -cpu LIST            values of GOMAXPROCS, such as 1,2,4, instead of the profile's
  -rounds N            rounds, 16 by default. Intervals need 6 rounds, verdicts 10, and
                       verdicts on all claims together 11
  -seed N              of the order within rounds; 0 (default) draws one. It is recorded
  -like DIR            let samples do as many tasks as those of the run in DIR, where that
                       still fits, so that the two runs compare. By default: as in the one
                       of this machine's ten newest runs in -out that has most of the
                       cells. none: calibrate afresh

How long it goes on:
  -budget DURATION     after the first round, begin none that would end later than this,
                       counted from the first, such as 45s
  -repeat=false        do not repeat disturbed rounds. They are repeated once at the end,
                       unless more than half were disturbed or the budget is used up
  -adaptive            go on while a claim is inconclusive: up to twice as many rounds,
                       with a look after 1.5 times as many and one at the end
  -precision PERCENT   go on in the same way while half the interval of a gain exceeds
                       this, such as 3%; implies -adaptive

Where it goes:
  -machine NAME        alias of this machine, in paths and tables; never the host's name
  -out DIR             where runs go: DIR/<machine>/<UTC time>/, results by default
  -report=false        end without a report and say where the run is

An earlier run:
  -resume DIR          go on with the run in DIR: take exactly the samples that it lacks
  -add DIR             add -rounds rounds of what -work picks to the run in DIR
  -force               with -resume or -add: go on although the program, Go or the machine
                       changed since. The run records what changed, and the report says it

Without measuring:
  -list                print the workloads and stop
  -dry-run             print the cells and the time that they will take, and stop
  -version             print version, commit and Go, and stop

Examples:
  go run ./bench                              a verdict on every claim, in four minutes
  go run ./bench -work 'primes|tcp'           one that computes, one that waits
  go run ./bench -work Pattern/               what no claim needs: the patterns
  go run ./bench -profile full -budget 10m    a sweep, cut after ten minutes
  go run ./bench -cpu 1,2,4 -machine laptop   these GOMAXPROCS, under this name
  go run ./bench -resume results/laptop/20260102T030405Z

Ctrl-C keeps what was measured. A second Ctrl-C ends at once, and -resume repairs.
The workloads keep 128 MiB of files in the user's cache folder, conpar/.
Exit codes of the built binary: 0 fine (also when the budget is used up), 1 some
samples failed (named), 2 usage, 3 input or output, 130 and 143 interrupted.
`

// help returns the text for -h, or for -h full.
func help(rest []string) string {
	if slices.Contains(rest, "full") {
		return fullUsage
	}
	return usage
}

// built says which version of conpar this is: "conpar v1.2.3, commit 0123abcd
// with changes, go1.26.8 linux/amd64". What the build did not record is left
// out: go run records no commit.
func built() string {
	text := "conpar"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return fmt.Sprintf("%s, %s %s/%s", text, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	}
	if v := info.Main.Version; v != "" {
		text += " " + v
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if commit := settings["vcs.revision"]; commit != "" {
		text += ", commit " + commit
		if settings["vcs.modified"] == "true" {
			text += " with changes"
		}
	}
	return fmt.Sprintf("%s, %s %s/%s", text, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
