package round

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"conpar/bench/internal/host"
	"conpar/bench/suite"
	"conpar/results"
	"conpar/workloads"
	"conpar/workloads/self"
)

// role is the name under which this binary, started again, takes one sample.
const role = "sample"

func init() { self.Register(role, sampleMain) }

// request is what a sample process is asked for, as its only argument.
type request struct {
	Cell   results.Cell
	Tasks  int           // to measure; 0: calibrate
	Target time.Duration // of the calibration
	Env    workloads.Env
}

// record is what a sample process prints last.
type record struct {
	Tasks       int           `json:"tasks"`
	Timed       time.Duration `json:"timedNs"`
	RunDelay    *int64        `json:"runDelay"`
	Error       string        `json:"error,omitempty"`
	Unavailable bool          `json:"unavailable,omitempty"`
}

// sampleMain takes one sample: it prints the benchmark line, then the record.
func sampleMain(args []string) int {
	line, rec := takeSample(args)
	if rec.Error == "" && line != "" {
		fmt.Println(line)
	}
	if err := json.NewEncoder(os.Stdout).Encode(rec); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if rec.Error != "" {
		return 1
	}
	return 0
}

func takeSample(args []string) (line string, rec record) {
	var req request
	if len(args) != 1 {
		return "", record{Error: "a sample process takes one argument"}
	}
	if err := json.Unmarshal([]byte(args[0]), &req); err != nil {
		return "", record{Error: err.Error()}
	}
	s := suite.Open(req.Env)
	line, rec, err := measure(s, req)
	if err = errors.Join(err, s.Close()); err != nil {
		var lacking workloads.Unavailable
		return "", record{Error: err.Error(), Unavailable: errors.As(err, &lacking)}
	}
	return line, rec
}

func measure(s *suite.Suite, req request) (string, record, error) {
	if req.Tasks == 0 {
		n, err := s.Calibrate(req.Cell, req.Target)
		return "", record{Tasks: n}, err
	}
	before := host.ReadThreads()
	res, err := s.Measure(req.Cell, req.Tasks)
	if err != nil {
		return "", record{}, err
	}
	rec := record{Tasks: req.Tasks, Timed: res.T}
	if delay, ok := host.ReadThreads().RunDelay(before, res.T); ok {
		ns := delay.Nanoseconds()
		rec.RunDelay = &ns
	}
	return req.Cell.String() + "\t" + res.String(), rec, nil
}

// maxOutput bounds what is read of a sample process: a line and a record.
const maxOutput = 64 << 10

// parseOutput reads what a sample process printed.
func parseOutput(out []byte, req request) (line string, rec record, err error) {
	if len(out) > maxOutput {
		return "", rec, fmt.Errorf("it printed more than %d bytes", maxOutput)
	}
	text := string(out)
	if req.Tasks > 0 {
		if line, text, err = cutLine(text); err != nil {
			return "", rec, err
		}
	}
	if err := json.Unmarshal([]byte(text), &rec); err != nil {
		return "", rec, fmt.Errorf("it printed no result: %w", err)
	}
	return line, rec, nil
}

// cutLine splits off the benchmark line. A failed sample prints none.
func cutLine(text string) (line, rest string, err error) {
	if len(text) == 0 {
		return "", "", io.ErrUnexpectedEOF
	}
	if text[0] == '{' {
		return "", text, nil
	}
	for i := range text {
		if text[i] == '\n' {
			return text[:i], text[i+1:], nil
		}
	}
	return "", "", io.ErrUnexpectedEOF
}
