package round

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"conpar/bench/internal/host"
	"conpar/bench/suite"
	"conpar/results"
	"conpar/workloads"
	"conpar/workloads/reexec"
)

// role is the name under which this binary, started again, takes samples.
const role = "sample"

func init() { reexec.Register(role, sampleMain) }

// request is what a sample process is asked for, as its only argument: one
// sample of each cell, in that order.
type request struct {
	Samples []sampleRequest `json:"Asks"`
	Env     workloads.Env
}

// sampleRequest asks for one sample.
type sampleRequest struct {
	Cell   results.Cell
	Tasks  int           // to measure; 0: calibrate
	Target time.Duration // of the calibration
}

// record is what a sample process prints last about each cell.
type record struct {
	Tasks       int           `json:"tasks"`
	Timed       time.Duration `json:"timedNs"`
	RunDelay    *int64        `json:"runDelay"`
	Ended       time.Time     `json:"ended"`
	Error       string        `json:"error,omitempty"`
	Unavailable bool          `json:"unavailable,omitempty"`
}

func sampleMain(args []string) int {
	return answer(args, func(req request) error { return serveRequests(os.Stdout, req) })
}

// answer does what a process is asked for by its only argument, and returns its
// exit code.
func answer[T any](args []string, do func(T) error) int {
	var req T
	if len(args) != 1 || json.Unmarshal([]byte(args[0]), &req) != nil {
		fmt.Fprintln(os.Stderr, "this process takes a request in JSON as its only argument; it is started by bench")
		return 2
	}
	if err := do(req); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// serveRequests takes the samples. For each it prints the benchmark line, if it
// measured one, and then the record, before it begins the next one. It prints the
// last record after everything is closed. Records hold what failed; the error is
// one of printing.
func serveRequests(w io.Writer, req request) error {
	s := suite.Open(req.Env)
	for i, a := range req.Samples {
		line, rec, err := measure(s, a)
		if i == len(req.Samples)-1 {
			err = errors.Join(err, s.Close())
		}
		if lacking, ok := errors.AsType[workloads.Unavailable](err); ok {
			line, rec = "", record{Error: string(lacking), Unavailable: true}
		} else if err != nil {
			line, rec = "", record{Error: err.Error()}
		}
		rec.Ended = time.Now()
		if err := writeReply(w, line, rec); err != nil {
			return err
		}
	}
	return nil
}

// writeReply prints what became of one sample, in one piece.
func writeReply(w io.Writer, line string, rec record) error {
	text, err := json.Marshal(rec)
	if err != nil {
		return err
	}
	if line != "" {
		line += "\n"
	}
	_, err = io.WriteString(w, line+string(text)+"\n")
	return err
}

func measure(s *suite.Suite, a sampleRequest) (string, record, error) {
	if a.Tasks == 0 {
		n, err := s.Calibrate(a.Cell, a.Target)
		return "", record{Tasks: n}, err
	}
	before := host.ReadThreads()
	res, err := s.Measure(a.Cell, a.Tasks)
	if err != nil {
		return "", record{}, err
	}
	rec := record{Tasks: a.Tasks, Timed: res.T}
	if delay, ok := host.ReadThreads().RunDelay(before, res.T); ok {
		ns := delay.Nanoseconds()
		rec.RunDelay = &ns
	}
	return a.Cell.String() + "\t" + res.String(), rec, nil
}

// maxOutput bounds the output of a sample process for each cell: a line and a
// record.
const maxOutput = 64 << 10

// sampleReply is what a sample process printed about one cell.
type sampleReply struct {
	line string
	rec  record
	err  error // why there is no result, in the process' own words or in ours
}

// parseOutput reads what a sample process printed: the answers to the first of
// the requests, as many as there are, and why there are no more or too many.
func parseOutput(out []byte, requests []sampleRequest) ([]sampleReply, error) {
	if most := maxOutput * len(requests); len(out) > most {
		return nil, fmt.Errorf("it printed more than %d bytes", most)
	}
	var all []sampleReply
	text := string(out)
	for _, a := range requests {
		got, rest, err := parseReply(text, a)
		if err != nil {
			return all, fmt.Errorf("it printed no result: %w", err)
		}
		all, text = append(all, got), rest
	}
	if text != "" {
		return all, fmt.Errorf("it printed %.80q after its results", text)
	}
	return all, nil
}

// parseReply reads one reply, and returns what follows it. It fails if the text
// does not begin with a reply.
func parseReply(text string, a sampleRequest) (got sampleReply, rest string, err error) {
	if a.Tasks > 0 && !strings.HasPrefix(text, "{") { // a failed sample has no line
		var whole bool
		if got.line, text, whole = strings.Cut(text, "\n"); !whole {
			return got, "", io.ErrUnexpectedEOF
		}
	}
	text, rest, _ = strings.Cut(text, "\n")
	if err := json.Unmarshal([]byte(text), &got.rec); err != nil {
		return got, "", err
	}
	switch {
	case got.rec.Error != "":
		got.err = errors.New(got.rec.Error)
	case a.Tasks > 0 && !strings.HasPrefix(got.line, a.Cell.String()+"\t"):
		got.err = fmt.Errorf("it printed %.80q instead of a result of its cell", got.line)
	case got.rec.Tasks < 1:
		got.err = fmt.Errorf("it counted %d tasks", got.rec.Tasks)
	}
	return got, rest, nil
}
