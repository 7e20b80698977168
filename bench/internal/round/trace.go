package round

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"conpar/bench/suite"
	"conpar/results"
)

// maxTrace is the size above which a trace is not kept. They come to 5 to 30 KB.
const maxTrace = 100_000

// traced is a trace of a run.
type traced struct {
	name  string // of its file
	cell  results.Cell
	tasks int // they take up to 90 ms
}

// traces returns what is traced on so many CPUs: steps that yield; the kitchen
// with one cook who makes one dish after another, with one who switches between
// dishes, and with as many cooks as there are CPUs; and one workload that
// computes and one that waits, with one processor and with all. With one CPU some
// of them are the same, and are recorded once. Where samples can be kept to one
// CPU, what has one processor is, as the cells at GOMAXPROCS 1 are.
//
// Goroutines that compute are preempted after 10 ms each, so they have 80 ms of
// work to be seen taking turns; those that wait take as long.
func traces(cpus int, onOne bool) []traced {
	of := func(name, family, work string, g, procs, tasks int) traced {
		cell := results.Cell{Family: family, Work: work, Axis: "goroutines", N: g, Procs: procs}
		if procs == 1 && onOne {
			cell.CPUs = 1
		}
		return traced{name + ".trace", cell, tasks}
	}
	const stew = "kitchen/menu=stew"
	g := max(4, cpus) // few enough to see each in a picture, enough to keep all CPUs busy
	all := []traced{
		of("steps", "Mixed", "steps", 8, cpus, 32),
		of("kitchen-sequential", "Mixed", stew, 1, 1, 8),
		of("kitchen-concurrent", "Mixed", stew, 8, 1, 8),
		of("kitchen-parallel", "Mixed", stew, 8, cpus, 8),
		of("primes-one", "CPU", "primes", g, 1, (2560+g-1)/g*g),
		of("primes-all", "CPU", "primes", g, cpus, (2560+g-1)/g*g),
		of("tcp-one", "IO", "tcp", 4, 1, 32),
		of("tcp-all", "IO", "tcp", 4, cpus, 32),
	}
	seen := map[results.Cell]bool{}
	return slices.DeleteFunc(all, func(t traced) bool {
		again := seen[t.cell]
		seen[t.cell] = true
		return again
	})
}

// within says whether a plan measures the same kind of work, with any parameters,
// goroutines and GOMAXPROCS.
func (t traced) within(plan results.Plan) bool {
	return slices.ContainsFunc(plan.Cells, func(p results.PlannedCell) bool {
		c, err := results.ParseCell(p.Cell)
		return err == nil && c.Family == t.cell.Family && kind(c.Work) == kind(t.cell.Work)
	})
}

// kind returns a workload's name without its parameters.
func kind(work string) string {
	name, _, _ := strings.Cut(work, "/")
	return name
}

// serveTrace prints the execution trace of the request's cell, if it is complete.
func serveTrace(w io.Writer, req request) error {
	if _, err := oneCPU(req.Samples[0].Cell); err != nil {
		return err
	}
	s := suite.Open(req.Env)
	var data bytes.Buffer
	err := errors.Join(s.Trace(req.Samples[0].Cell, req.Samples[0].Tasks, &data), s.Close())
	if err == nil {
		_, err = w.Write(withoutFolders(data.Bytes(), sourceFolders()))
	}
	return err
}

// sourceFolders returns the folders that held the sources of this program and
// of Go when it was built. -trimpath leaves none.
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

// withoutFolders hides folders in a trace, which names source files: runs are
// published, and a folder may hold a user's name. The replacement is as long, so
// that the format still holds.
func withoutFolders(data []byte, folders []string) []byte {
	for _, f := range folders {
		data = bytes.ReplaceAll(data, []byte(f+"/"), []byte("/"+strings.Repeat("_", len(f)-1)+"/"))
	}
	return data
}

// trace records the execution traces that belong to the run's plan and are
// missing. A failure is only reported, because a trace illustrates. The error is
// one of writing.
func (r *runner) trace(ctx context.Context) error {
	run := r.out.Run()
	todo := slices.DeleteFunc(traces(run.Machine.CPUs, r.cfg.Machine.OneCPU != nil), func(t traced) bool {
		recorded := slices.ContainsFunc(run.Traces, func(have results.Trace) bool { return have.Name == t.name })
		return recorded || !t.within(run.Plan)
	})
	if len(todo) == 0 || ctx.Err() != nil {
		return nil
	}
	r.cfg.Progress.Begin("execution traces recorded", len(todo))
	defer r.cfg.Progress.End()
	for i, t := range todo {
		r.cfg.Progress.Step(i, t.cell.String(), 0)
		data, err := r.record(ctx, t)
		if ctx.Err() != nil {
			return nil // -resume records the missing ones
		}
		if err != nil {
			r.say("no execution trace of %s: %s", t.cell, OneLine(err))
			continue
		}
		if err := r.out.AddTrace(t.name, t.cell, data); err != nil {
			return err
		}
	}
	return nil
}

func (r *runner) record(ctx context.Context, t traced) ([]byte, error) {
	req := request{Samples: []sampleRequest{{Cell: t.cell, Tasks: t.tasks}}, Trace: true}
	got, err := r.process(ctx, req, maxTrace)
	data := got.out
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxTrace:
		return nil, fmt.Errorf("it is larger than %d bytes", maxTrace)
	case !bytes.HasPrefix(data, []byte("go 1.")):
		return nil, fmt.Errorf("it begins with %.20q", data)
	}
	return data, nil
}
