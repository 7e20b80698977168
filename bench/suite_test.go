package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"conpar/bench/internal/host"
	"conpar/bench/suite"
	"conpar/results/rundir"
	"conpar/workloads/reexec"
)

// shared holds the workloads that the benchmarks have opened.
var shared *suite.Suite

func TestMain(m *testing.M) {
	reexec.Init()
	os.Exit(setUp(m))
}

// setUp makes `go test -bench` speak like the runner: the same configuration
// lines, GOMAXPROCS swept up to the number of CPUs unless -cpu says otherwise,
// and 200 ms a benchmark unless -benchtime does.
func setUp(m *testing.M) int {
	// What these tests start waits most of the time.
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	flag.Parse()
	// Children with the race detector would sleep for a second at their exit.
	if err := os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE")); err != nil {
		panic(err)
	}
	machine := host.Facts("")
	if lookup("test.bench") != "" {
		fmt.Print(rundir.Head(machine))
		if lookup("test.cpu") == "" {
			var list []string
			for _, p := range suite.Doubling(machine.CPUs) {
				list = append(list, strconv.Itoa(p))
			}
			if err := flag.Set("test.cpu", strings.Join(list, ",")); err != nil {
				panic(err)
			}
		}
		if !given("test.benchtime") {
			// With a second each, all of them would take too long.
			if err := flag.Set("test.benchtime", "200ms"); err != nil {
				panic(err)
			}
		}
	}
	env, done, err := environment(machine)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer done()
	shared = suite.Open(env)
	shared.OneCPU = machine.OneCPU
	code := m.Run()
	if err := errors.Join(shared.Close(), goleak.Find()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// given says whether a flag stood on the command line.
func given(name string) (found bool) {
	flag.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

func lookup(name string) string { return flag.Lookup(name).Value.String() }
