//go:build system

package lang

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"conpar/workloads"
	"conpar/workloads/peer"
)

// Every language that is installed does what package peer, and the spec, ask of
// a program.
func TestPrograms(t *testing.T) {
	t.Setenv("LC_ALL", "C") // in which some compilers read sources as ASCII
	dir := t.TempDir()
	if runtime.GOOS != "windows" { // a list of folders has it between them
		dir = filepath.Join(dir, "with:colon")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range languages {
		for name, test := range map[string]func(*testing.T, *language, workloads.Runner){
			"refuses": refuses,
			"ends":    ends,
			"tells":   tells,
		} {
			t.Run(l.name+"/"+name, func(t *testing.T) {
				r, err := open(t.Context(), workloads.Env{Dir: dir, CPUs: 2}, l, computing)
				if reason, ok := errors.AsType[workloads.Unavailable](err); ok {
					t.Skip(reason)
				}
				if err != nil {
					t.Fatal(err)
				}
				test(t, l, r)
				if err := r.Close(); err != nil {
					t.Errorf("closing: %v", err)
				}
			})
		}
	}
}

// refuses tests that a program refuses what is no request, and goes on.
func refuses(t *testing.T, l *language, r workloads.Runner) {
	for _, request := range []string{"compute", "compute x 3", "compute 1 x", "compute 1 -1", "compute -1 3", "compute 0 3", "sleep 1 3"} {
		reply, err := l.peer.Ask(t.Context(), request)
		if refused, ok := errors.AsType[*peer.Refused](err); !ok || refused.Reason != "not a request: "+request {
			t.Errorf("%q: %q, %v", request, reply, err)
		}
	}
	if result, err := r.Run(t.Context(), 3, 5); err != nil || result.Sum != r.Want(5) {
		t.Errorf("afterwards: %v, %v", result, err)
	}
}

// ends tests that a program does not go on with what nobody wants to know any
// more. Were it to, Close would have to kill it, and would say so.
func ends(t *testing.T, l *language, _ workloads.Runner) {
	asked := make(chan error)
	go func() {
		_, err := l.peer.Ask(t.Context(), "compute 2 1000000000")
		asked <- err
	}()
	before, known := l.peer.CPUTime()
	for now := before; known && now < before+5*time.Millisecond; now, _ = l.peer.CPUTime() { // or the test times out
		time.Sleep(time.Millisecond)
	}
	if err := l.peer.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := <-asked; err == nil {
		t.Error("a request for hours was answered")
	}
}

// tells tests what a Run reports.
func tells(t *testing.T, l *language, r workloads.Runner) {
	result, err := r.Run(t.Context(), 2, 50)
	if err != nil {
		t.Fatal(err)
	}
	if result.OtherCPU <= 0 {
		t.Errorf("a CPU time of %v", result.OtherCPU)
	}
	metrics := map[string]float64{}
	for _, m := range result.Metrics {
		metrics[m.Unit] = m.Value
	}
	if metrics["warmup-ns"] <= 0 {
		t.Errorf("the warm-up took %v", metrics["warmup-ns"])
	}
	if gil, has := metrics["gil"]; has != (l.name == "python") || gil != 0 && gil != 1 {
		t.Errorf("an interpreter lock: %v, %v", has, gil)
	}
}

func TestConformanceOfPeers(t *testing.T) { conform(t, false) }
