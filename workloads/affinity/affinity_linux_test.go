package affinity_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"conpar/workloads/affinity"
)

// As a child, the test says what its threads may use, with many of them.
func TestMain(m *testing.M) {
	if os.Getenv("AFFINITY_CHILD") != "" {
		threads(50)
		fmt.Println(runtime.NumCPU(), masks())
		return
	}
	os.Exit(m.Run())
}

// threads makes so many threads and leaves them to the runtime.
func threads(n int) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			wait := syscall.Timespec{Nsec: 2e7}
			syscall.Nanosleep(&wait, nil)
		})
	}
	wg.Wait()
}

// masks returns the sets of CPUs that threads of this process have.
func masks() []string {
	var all []string
	files, _ := filepath.Glob("/proc/self/task/*/status")
	for _, f := range files {
		text, _ := os.ReadFile(f)
		for line := range strings.Lines(string(text)) {
			if list, ok := strings.CutPrefix(line, "Cpus_allowed_list:"); ok {
				all = append(all, strings.TrimSpace(list))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func allowed(t *testing.T) []int {
	t.Helper()
	cpus, err := affinity.Allowed()
	if err != nil {
		t.Fatal(err)
	}
	if len(cpus) < 2 {
		t.Skip("one CPU")
	}
	return cpus
}

func child(t *testing.T) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "AFFINITY_CHILD=1")
	cmd.Stdout = &strings.Builder{}
	return cmd
}

// Every thread of a child has the CPU that was asked for, whichever it was, and
// no thread of this process has lost any.
func TestStart(t *testing.T) {
	cpus, before := allowed(t), masks()
	for _, cpu := range []int{cpus[0], cpus[len(cpus)-1]} {
		cmd := child(t)
		if err := affinity.Start(cmd, []int{cpu}); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(cmd.Stdout), fmt.Sprintf("1 [%d]\n", cpu); got != want {
			t.Errorf("the child has CPUs and sets %q, want %q", got, want)
		}
	}
	if after := masks(); !slices.Equal(after, before) {
		t.Errorf("this process had the sets %v, and has %v", before, after)
	}
}

// What cannot be had is an error, and nothing runs.
func TestStartElsewhere(t *testing.T) {
	before := masks()
	if err := affinity.Start(child(t), []int{1000}); err == nil {
		t.Error("a child runs on CPU 1000")
	}
	if after := masks(); !slices.Equal(after, before) {
		t.Errorf("this process had the sets %v, and has %v", before, after)
	}
}

// Keep reaches every thread, those too that are made meanwhile.
func TestKeep(t *testing.T) {
	cpus := allowed(t)
	defer affinity.Keep(cpus)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { threads(5) })
	}
	one := cpus[len(cpus)-1:]
	if err := affinity.Keep(one); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	if got := masks(); !slices.Equal(got, []string{fmt.Sprint(one[0])}) {
		t.Errorf("the threads have the sets %v, want %v", got, one)
	}
}
