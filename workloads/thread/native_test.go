package thread

import (
	"os/exec"
	"strings"
	"testing"
	"testing/fstest"

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

// Requests go on where the one before has ended.
func TestManyRequests(t *testing.T) {
	r := open(t, named(t, "switch/of=thread"))
	n := requestOps + 2
	result, err := r.Run(t.Context(), 2, n)
	if err != nil || result.Sum != want(n) || result.OtherCPU <= 0 {
		t.Errorf("%+v, %v; want the sum %d", result, err, want(n))
	}
}
