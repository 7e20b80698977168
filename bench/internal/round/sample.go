package round

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"conpar/bench/internal/host"
	"conpar/bench/suite"
	"conpar/results"
	"conpar/workloads"
	"conpar/workloads/affinity"
	"conpar/workloads/child"
	"conpar/workloads/reexec"
)

// role is the name under which this binary, started again, takes samples.
const role = "sample"

func init() { reexec.Register(role, sampleMain) }

// request is what a sample process is asked for, as its only argument: one
// sample of each cell, in that order, or an execution trace of a single one.
type request struct {
	Samples []sampleRequest
	Trace   bool
	Env     workloads.Env
}

// sampleRequest asks for one sample.
type sampleRequest struct {
	Cell   results.Cell
	Tasks  int            // to measure, or to trace; 0: calibrate
	Target time.Duration  // of the calibration
	Kind   workloads.Kind // that is predicted, if this process does the work itself; else ""
}

// record is what a sample process prints about each cell, as a line.
type record struct {
	Tasks       int           `json:"tasks"`
	Line        string        `json:"line,omitempty"` // the benchmark line
	Timed       time.Duration `json:"timedNs"`
	RunDelay    *int64        `json:"runDelay"`
	OneCPU      *int          `json:"oneCPU,omitempty"` // the only one that the process may use
	CPUs        [2]int        `json:"cpus"`             // that it may use, before and after; 0 unknown
	Stood       time.Duration `json:"stoodNs"`          // for how long it stood still
	Servers     time.Duration `json:"serversNs"`        // CPU time of servers, which have other CPUs, that ended
	Ended       time.Time     `json:"ended"`
	Error       string        `json:"error,omitempty"`
	Unavailable bool          `json:"unavailable,omitempty"`
}

// sampleMain does what a process is asked for, and returns its exit code.
func sampleMain(args []string) int {
	var req request
	if len(args) != 1 || json.Unmarshal([]byte(args[0]), &req) != nil || len(req.Samples) == 0 {
		fmt.Fprintln(os.Stderr, "this process takes a request in JSON as its only argument; it is started by bench")
		return 2
	}
	serve := serveRequests
	if req.Trace {
		serve = serveTrace
	}
	if err := serve(os.Stdout, req); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// serveRequests takes the samples. It prints the record of each before it begins
// the next one, and the last record after everything is closed. Records hold what
// failed; the error is one of printing.
func serveRequests(w io.Writer, req request) error {
	s := suite.Open(req.Env)
	for i, a := range req.Samples {
		rec, err := measure(s, a)
		if i == len(req.Samples)-1 {
			err = errors.Join(err, s.Close())
		}
		if lacking, ok := errors.AsType[workloads.Unavailable](err); ok {
			rec = record{Error: string(lacking), Unavailable: true}
		} else if err != nil {
			rec = record{Error: err.Error()}
		}
		rec.Servers = child.Elsewhere()
		rec.Ended = time.Now()
		if err := json.NewEncoder(w).Encode(rec); err != nil {
			return err
		}
	}
	return nil
}

func measure(s *suite.Suite, a sampleRequest) (record, error) {
	one, err := oneCPU(a.Cell)
	if err != nil {
		return record{}, err
	}
	if a.Tasks == 0 {
		n, err := s.Calibrate(a.Cell, a.Target)
		return record{Tasks: n}, err
	}
	still := watchStandstill(a.Kind)
	first, before := allowed(), host.ReadThreads()
	res, err := s.Measure(a.Cell, a.Tasks)
	rec := record{Tasks: a.Tasks, Timed: res.T, Line: a.Cell.String() + "\t" + res.String(), OneCPU: one}
	after := host.ReadThreads()
	rec.CPUs, rec.Stood = [2]int{first, allowed()}, still(before, after, res.T)
	if a.Kind == workloads.Computing && res.Extra["other-cpus"] > 0 {
		rec.Stood = 0 // this process waits for others, which compute
	}
	if delay, ok := after.RunDelay(before, res.T); ok {
		ns := delay.Nanoseconds()
		rec.RunDelay = &ns
	}
	return rec, err
}

// allowed returns how many CPUs this process may use; 0 unknown.
func allowed() int {
	cpus, _ := affinity.Allowed()
	return len(cpus)
}

// standstill is the shortest that is told, as a fraction of the time measured and in
// itself. A hypervisor that takes a CPU away for a tick is no standstill.
const (
	standstill    = results.DisturbedAbove
	minStandstill = 10 * time.Millisecond
)

// watchStandstill begins to watch whether this process stands still, because of a
// debugger, say, or because its control group is frozen. What computes always runs or
// waits for a CPU. What waits looks at the clock now and then. Exhibits may do
// neither: some count goroutines.
func watchStandstill(k workloads.Kind) func(before, after host.Threads, timed time.Duration) time.Duration {
	switch k {
	case workloads.Computing, workloads.Memory, workloads.Sharing:
		used, _ := reexec.CPUTime()
		return func(before, after host.Threads, timed time.Duration) time.Duration {
			now, err := reexec.CPUTime()
			d := after.Unexplained(before, now-used, timed)
			if err != nil || d < minStandstill || d.Seconds() < standstill*timed.Seconds() {
				return 0
			}
			return d
		}
	case workloads.Waiting, workloads.Mixed:
		within := child.Within(context.Background(), math.MaxInt64, errTimeout)
		return func(_, _ host.Threads, _ time.Duration) time.Duration { return within.Stop() }
	}
	return func(_, _ host.Threads, _ time.Duration) time.Duration { return 0 }
}

// oneCPU returns the only CPU that this process may use, if c is to be measured on
// one: it was started with it.
func oneCPU(c results.Cell) (*int, error) {
	if c.CPUs == 0 {
		return nil, nil
	}
	allowed, err := affinity.Allowed()
	if err == nil && len(allowed) != c.CPUs {
		err = fmt.Errorf("it was to be kept to one CPU, and may use %v", allowed)
	}
	if err != nil {
		return nil, err
	}
	return &allowed[0], nil
}

// maxOutput bounds the output of a sample process for each cell.
const maxOutput = 64 << 10

// parseOutput reads what a sample process printed: the replies to the first of
// the requests, as many as there are, and why there are no more or too many.
func parseOutput(out []byte, requests []sampleRequest) ([]outcome, error) {
	if most := maxOutput * len(requests); len(out) > most {
		return nil, fmt.Errorf("it printed more than %d bytes", most)
	}
	var all []outcome
	for _, a := range requests {
		var line []byte
		line, out, _ = bytes.Cut(out, []byte("\n"))
		var rec record
		if err := json.Unmarshal(line, &rec); err != nil {
			return all, fmt.Errorf("it printed no result: %w", err)
		}
		all = append(all, outcomeOf(a, rec))
	}
	if len(out) > 0 {
		return all, fmt.Errorf("it printed %.80q after its results", out)
	}
	return all, nil
}

// outcomeOf returns the outcome of a request that was answered. Its error is in
// the process' own words or in ours.
func outcomeOf(a sampleRequest, rec record) outcome {
	name := a.Cell.String()
	o := outcome{rec: rec, sample: results.Sample{Cell: name}}
	switch {
	case rec.Error != "":
		o.err = errors.New(rec.Error)
	case a.Tasks > 0 && (!strings.HasPrefix(rec.Line, name+"\t") || strings.ContainsAny(rec.Line, "\r\n")):
		o.err = fmt.Errorf("it printed %.80q instead of a result of its cell", rec.Line)
	case rec.Tasks < 1:
		o.err = fmt.Errorf("it counted %d tasks", rec.Tasks)
	default:
		o.sample.Timed, o.sample.RunDelay, o.sample.OneCPU, o.sample.Line = rec.Timed, rec.RunDelay, rec.OneCPU, rec.Line
	}
	return o
}
