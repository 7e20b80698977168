package round

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conpar/bench/suite"
	"conpar/results"
	"conpar/workloads"
)

const aTrace = "go 1.26 trace\x00\x00\x00"

// recording is config for a run with the cell that is traced; the process that
// records it is played by record.
func recording(t *testing.T, record func(context.Context) ([]byte, error)) (Config, *quiet, []suite.Planned) {
	cfg, q := config(t, well)
	played := cfg.exchange
	cfg.exchange = func(ctx context.Context, role, arg string, limit int) ([]byte, time.Duration, error) {
		if role != traceRole {
			return played(ctx, role, arg, limit)
		}
		out, err := record(ctx)
		return out, 0, err
	}
	return cfg, q, append(cells[:1:1], suite.Planned{
		Cell:     tracedCell(cfg.Machine.CPUs),
		Workload: workloads.Workload{Name: "steps", Kind: workloads.Computing},
	})
}

func TestRunRecordsOneTrace(t *testing.T) {
	recorded := 0
	cfg, q, cells := recording(t, func(context.Context) ([]byte, error) { recorded++; return []byte(aTrace), nil })
	r, err := Run(context.Background(), cfg, plan(), cells)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(cfg.Dir, traceName))
	if err != nil || string(data) != aTrace || len(q.said) > 0 {
		t.Errorf("trace %q, error %v, said %q", data, err, q.said)
	}
	p := r.Plan
	p.Added = append(p.Added, results.Added{Rounds: 1, Cells: []string{cells[0].String()}})
	again, err := Resume(context.Background(), cfg, func(r *results.Run) { r.Plan = p })
	if err != nil || again.Actual != 7 || len(again.Traces) != 1 || again.Traces[0] != r.Traces[0] || recorded != 1 {
		t.Errorf("gone on with: traces %v, error %v, recorded %d times; it had %v", again.Traces, err, recorded, r.Traces)
	}
}

func TestRunWithoutTheCellRecordsNoTrace(t *testing.T) {
	cfg, q, _ := recording(t, func(context.Context) ([]byte, error) { t.Error("recorded"); return nil, nil })
	if r, err := Run(context.Background(), cfg, plan(), cells); err != nil || len(r.Traces) > 0 || len(q.said) > 0 {
		t.Errorf("traces %v, error %v, said %q", r.Traces, err, q.said)
	}
}

// A trace illustrates: without it the run is whole, and the reason is said.
func TestFailingTraceLosesNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		record func(context.Context) ([]byte, error)
		want   string
	}{
		"dies":      {func(context.Context) ([]byte, error) { return []byte(aTrace), errors.New("panic: oh") }, "panic: oh"},
		"nothing":   {func(context.Context) ([]byte, error) { return nil, nil }, "begins with"},
		"nonsense":  {func(context.Context) ([]byte, error) { return []byte("hello"), nil }, "hello"},
		"too large": {func(context.Context) ([]byte, error) { return bytes.Repeat([]byte("go 1."), maxTrace), nil }, "larger than"},
		"hangs":     {func(ctx context.Context) ([]byte, error) { <-ctx.Done(); return nil, errors.New("killed") }, "timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, q, cells := recording(t, tt.record)
			if name == "hangs" {
				cfg.Timeout = 300 * time.Millisecond
			}
			r, err := Run(context.Background(), cfg, plan(), cells)
			if err != nil || r.Actual != 6 || r.Status != results.Complete || len(r.Traces) > 0 {
				t.Fatalf("%s: %d samples, traces %v, error %v", r.Status, r.Actual, r.Traces, err)
			}
			if len(q.said) != 1 || !strings.Contains(q.said[0], tt.want) || !strings.Contains(q.said[0], "no execution trace") {
				t.Errorf("said %q, want %q", q.said, tt.want)
			}
		})
	}
}

func TestTracesNameNoFolders(t *testing.T) {
	data := []byte("go 1.26 trace\x00/home/ann/src/conpar/bench/main.go\x00/usr/lib/go/src/runtime/proc.go\x00/home/ann2")
	want := []byte("go 1.26 trace\x00/___________________/bench/main.go\x00/__________/src/runtime/proc.go\x00/home/ann2")
	if got := withoutFolders(data, []string{"/home/ann/src/conpar", "/usr/lib/go"}); !bytes.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, folder := range sourceFolders() {
		if _, err := os.Stat(folder); err != nil {
			t.Error(err) // the tests run where they were built
		}
	}
}
