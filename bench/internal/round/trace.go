package round

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"conpar/bench/suite"
	"conpar/results"
	"conpar/workloads"
	"conpar/workloads/self"
)

// traceRole is the name under which this binary, started again, records an
// execution trace.
const traceRole = "trace"

func init() { self.Register(traceRole, traceMain) }

// The trace of a run: of what cell, and of how many tasks. They take a few
// milliseconds and come to about 10 KB; a trace above the limit is not kept.
const (
	traceName  = "steps.trace"
	traceTasks = 32
	maxTrace   = 100_000
)

func tracedCell(cpus int) results.Cell {
	return results.Cell{Family: "Mixed", Work: "steps", Axis: "goroutines", N: 8, Procs: cpus}
}

// traceRequest is what a process that records a trace is asked for, as its
// only argument.
type traceRequest struct {
	Cell results.Cell
	Env  workloads.Env
}

// traceMain prints the trace, if it is a whole one.
func traceMain(args []string) int {
	var req traceRequest
	if len(args) != 1 || json.Unmarshal([]byte(args[0]), &req) != nil {
		fmt.Fprintln(os.Stderr, "recording a trace takes a request as the argument")
		return 2
	}
	s := suite.Open(req.Env)
	var data bytes.Buffer
	err := errors.Join(s.Trace(req.Cell, traceTasks, &data), s.Close())
	if err == nil {
		_, err = os.Stdout.Write(withoutFolders(data.Bytes(), sourceFolders()))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// sourceFolders returns the folders that held the sources of this program and
// of Go when it was built. With -trimpath there are none.
func sourceFolders() []string {
	var folders []string
	_, ours, _, _ := runtime.Caller(0)
	goes, _ := runtime.FuncForPC(reflect.ValueOf(runtime.GC).Pointer()).FileLine(0)
	for file, below := range map[string]string{ours: "/bench/internal/round/", goes: "/src/runtime/"} {
		folder, _, found := strings.Cut(file, below)
		if found && filepath.IsAbs(folder) {
			folders = append(folders, folder)
		}
	}
	return folders
}

// withoutFolders blots folders out of a trace, which names source files: runs
// are published, and a folder may have somebody's name. What replaces it is as
// long, so that the format still holds.
func withoutFolders(data []byte, folders []string) []byte {
	for _, f := range folders {
		data = bytes.ReplaceAll(data, []byte(f+"/"), []byte("/"+strings.Repeat("_", len(f)-1)+"/"))
	}
	return data
}

// trace records the run's execution trace, unless it has one, or its plan
// lacks the cell. That recording failed is said, and no more: a trace
// illustrates. The error is one of writing.
func (r *runner) trace(ctx context.Context) error {
	run := r.out.Run()
	cell := tracedCell(run.Machine.CPUs)
	planned := slices.ContainsFunc(run.Plan.Cells, func(c results.PlannedCell) bool { return c.Cell == cell.String() })
	recorded := slices.ContainsFunc(run.Traces, func(t results.Trace) bool { return t.Name == traceName })
	if !planned || recorded || ctx.Err() != nil {
		return nil
	}
	data, err := r.record(ctx, cell)
	if err != nil {
		r.cfg.Progress.Say(fmt.Sprintf("no execution trace of %s: %s", cell, oneLine(err)))
		return nil
	}
	return r.out.AddTrace(traceName, cell, data)
}

func (r *runner) record(ctx context.Context, cell results.Cell) ([]byte, error) {
	arg, err := json.Marshal(traceRequest{cell, r.cfg.Env})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, r.cfg.Timeout, errTimeout)
	defer cancel()
	data, _, err := r.cfg.exchange(ctx, traceRole, string(arg), maxTrace)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, err
	case len(data) > maxTrace:
		return nil, fmt.Errorf("it is larger than %d bytes", maxTrace)
	case !bytes.HasPrefix(data, []byte("go 1.")):
		return nil, fmt.Errorf("it begins with %.20q", data)
	}
	return data, nil
}
