package main

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Each sample is a process, and so is each server: what packages make when they are
// initialised, a run makes some thousand times. Allocations stand for time here: their
// number is the same on every machine.
func TestPackagesStartLean(t *testing.T) {
	t.Parallel()
	const most = 1500
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "CONPAR_ROLE=none", "GODEBUG=inittrace=1")
	out, _ := cmd.CombinedOutput() // it fails: there is no such role
	ours := regexp.MustCompile(`(?m)^init (conpar/\S+) @.* ([0-9]+) allocs$`).FindAllStringSubmatch(string(out), -1)
	if len(ours) < 10 {
		t.Fatalf("%d packages of ours told what their initialisation took:\n%s", len(ours), out)
	}
	sum := 0
	var all []string
	for _, of := range ours {
		n, err := strconv.Atoi(of[2])
		if err != nil {
			t.Fatal(err)
		}
		sum += n
		if n > 100 {
			all = append(all, of[1]+" "+of[2])
		}
	}
	if sum > most {
		t.Errorf("to initialise our packages takes %d allocations, %d at most were to be; make more of it when it is first "+
			"used (package lazy, sync.OnceValue), in: %s", sum, most, strings.Join(all, ", "))
	}
	t.Logf("%d allocations", sum)
}
