//go:build unix

package child

import (
	"os/exec"
	"testing"
	"time"
)

func start(t *testing.T, script string, patience time.Duration, bound bool) *Process {
	t.Helper()
	p, err := Start(t.Context(), "script", exec.Command("sh", "-c", script), patience, bound, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Kill(); p.Wait() })
	return p
}

func TestAskAndStop(t *testing.T) {
	for _, bound := range []bool{false, true} {
		p := start(t, "while read x; do echo $x too; done; exit 3", time.Minute, bound)
		if line, err := p.Ask("me"); line != "me too" || err != nil {
			t.Errorf("%q, %v", line, err)
		}
		if _, err := p.Stop(); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatGoesWrongIsTold(t *testing.T) {
	for script, says := range map[string]string{
		"echo bad luck >&2; exit 7": "script: it died: exit status 7; its stderr:\nbad luck",
		"exit 0":                    "script: it ended without an answer",
		"sleep 60":                  "script: it did not answer for 100ms",
		"head -c 100000 /dev/zero":  "script: it answered nonsense: a line of more than 65536 bytes",
	} {
		patience := time.Minute
		if script == "sleep 60" {
			patience = 100 * time.Millisecond
		}
		if line, err := start(t, script, patience, false).ReadLine(); err == nil || err.Error() != says {
			t.Errorf("%s: %.20q, %v; want %q", script, line, err, says)
		}
	}
}
