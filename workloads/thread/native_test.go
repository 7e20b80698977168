package thread

import (
	"errors"
	"fmt"
	"math"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"conpar/workloads"
	"conpar/workloads/peer"
)

// script is a program that answers every request with the same.
func script(t *testing.T, says string) peer.Program {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh")
	}
	return peer.Program{
		Name:  "babbler",
		Files: fstest.MapFS{"answer.sh": {Data: []byte("while read request; do " + says + "; done")}},
		Run:   func(src, _ string) []string { return []string{sh, src + "/answer.sh"} },
	}
}

// Whatever the program does wrong, the error names it, and the next Run has
// another one to ask.
func TestProgramThatFails(t *testing.T) {
	for says, part := range map[string]string{
		"echo out of order":        "nonsense",
		"echo 5050":                "nonsense",
		"echo 5050 -1":             "nonsense",
		"echo out of luck; exit 7": "nonsense",
		"echo oh dear >&2; exit 7": "oh dear",
		"echo error: no threads":   "no threads",
	} {
		t.Run(says, func(t *testing.T) {
			program := script(t, says)
			r, err := openNative(t.Context(), t.TempDir(), program, "create", 1)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			for range 2 {
				if _, err := r.Run(t.Context(), 1, 100); err == nil || !strings.Contains(err.Error(), "babbler: ") || !strings.Contains(err.Error(), part) {
					t.Errorf("creating: error %v", err)
				}
			}
			exhibit := parked{stageThreads(t.TempDir(), program)}
			if _, err := exhibit.Run(t.Context(), fewest, 1); err == nil || !strings.Contains(err.Error(), "babbler: ") || !strings.Contains(err.Error(), part) {
				t.Errorf("parking: error %v", err)
			}
		})
	}
}

// A wrong sum is not the Runner's to judge, but must arrive as it is.
func TestSumsOfAllRequestsAreAdded(t *testing.T) {
	r, err := openNative(t.Context(), t.TempDir(), script(t, "echo 3 7"), "create", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	result, err := r.Run(t.Context(), 1, 2*requestOps+1)
	if err != nil || result.Sum != 9 || result.OtherCPU != 21 {
		t.Errorf("%+v, %v; want three times 3 and 7", result, err)
	}
}

// Of CPU time there is no more than all CPUs have had, and it isn't negative as
// a time.Duration.
func TestAbsurdCPUTime(t *testing.T) {
	for _, ns := range []uint64{1 << 62, 1 << 63, math.MaxUint64} {
		r, err := openNative(t.Context(), t.TempDir(), script(t, fmt.Sprintf("echo 3 %d", ns)), "create", 1)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if result, err := r.Run(t.Context(), 1, 2); err == nil || !strings.Contains(err.Error(), "babbler: it answered nonsense") {
			t.Errorf("%d ns: %+v, error %v", ns, result, err)
		}
	}
	if most := peer.MostCPU(time.Second); most < time.Duration(runtime.NumCPU())*time.Second {
		t.Errorf("no more than %v in a second is believed", most)
	}
}

func TestProgramThatMeetsALimit(t *testing.T) {
	r, err := openNative(t.Context(), t.TempDir(), script(t, "echo error: limit: only 7 threads"), "create", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	_, err = r.Run(t.Context(), 1, 1)
	if reason, ok := errors.AsType[workloads.Unavailable](err); !ok || reason != "only 7 threads" {
		t.Errorf("error %v", err)
	}
}
