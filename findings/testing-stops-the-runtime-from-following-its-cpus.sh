#!/usr/bin/env bash
# Under go test, GOMAXPROCS does not follow the CPUs of the process, as it does elsewhere.
#
# Go 1.26.8 and 1.27.3 on Linux with two CPUs or more, seen 2026-11-30.
# Expected: since Go 1.25 the runtime adapts GOMAXPROCS to the CPU affinity and to the
#           quota of the container, unless the program or its user sets it.
# Seen:     after "taskset -apc" onto one CPU, GOMAXPROCS becomes 1 within seconds in
#           TestMain, before m.Run, and stays as it was in a test or a benchmark of the
#           same binary. Package testing itself calls runtime.GOMAXPROCS for each value
#           of -cpu, without that flag too, which ends the adapting. So what a benchmark
#           shows under a limit that changes is not what the program will do, and its
#           name goes on to say -2.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GOTOOLCHAIN=${GOTOOLCHAIN:-go1.26.8}
unset GOMAXPROCS
go mod init try 2>/dev/null
cat >a_test.go <<'GO'
package try

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"
)

// narrow moves all threads of this process onto one CPU, and prints GOMAXPROCS
// when it is 1, or after ten seconds.
func narrow() {
	c := exec.Command("taskset", "-apc", os.Getenv("ONE"), fmt.Sprint(os.Getpid()))
	if out, err := c.CombinedOutput(); err != nil {
		panic(string(out))
	}
	for start := time.Now(); runtime.GOMAXPROCS(0) > 1 && time.Since(start) < 10*time.Second; {
	}
	fmt.Println("GOMAXPROCS", runtime.GOMAXPROCS(0))
}

func TestMain(m *testing.M) {
	if os.Getenv("EARLY") != "" {
		narrow()
		return
	}
	m.Run()
}

func BenchmarkA(b *testing.B) {
	if b.N == 1 {
		narrow()
	}
}
GO
go test -c -o try.test
ONE=$(awk '/^Cpus_allowed_list/ { split($2, a, /[-,]/); print a[1] }' /proc/self/status)
export ONE
before=$(EARLY=1 ./try.test)
within=$(./try.test -test.bench . -test.benchtime 1x | grep GOMAXPROCS)
echo "before m.Run: $before, in a benchmark: $within"
[ "$before" = "GOMAXPROCS 1" ] && [ "${within##* }" -ge 2 ]
