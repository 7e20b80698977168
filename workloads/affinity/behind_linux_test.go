package affinity_test

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"conpar/workloads/affinity"
)

// The policy is the 41st field of stat (proc_pid_stat(5)).
func TestBehindOthers(t *testing.T) {
	const idle = "5"
	for range 3 { // the thread that started the first is gone
		var stat bytes.Buffer
		cmd := exec.Command("cat", "/proc/self/stat", "/proc/thread-self/stat")
		cmd.Stdout = &stat
		if err := affinity.StartBehind(cmd); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(stat.String()) {
			if got := strings.Fields(line)[40]; got != idle {
				t.Errorf("the policy is %s, want %s", got, idle)
			}
		}
	}
	if err := affinity.StartBehind(exec.Command("/nowhere")); err == nil {
		t.Error("no error for a program that there is not")
	}
}
