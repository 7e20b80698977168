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
	Asks []ask
	Env  workloads.Env
}

// ask is a request for one sample.
type ask struct {
	Cell   results.Cell
	Tasks  int           // to measure; 0: calibrate
	Target time.Duration // of the calibration
}

// record is what a sample process prints last of each cell.
type record struct {
	Tasks       int           `json:"tasks"`
	Timed       time.Duration `json:"timedNs"`
	RunDelay    *int64        `json:"runDelay"`
	Ended       time.Time     `json:"ended"`
	Error       string        `json:"error,omitempty"`
	Unavailable bool          `json:"unavailable,omitempty"`
}

// sampleMain takes the samples.
func sampleMain(args []string) int {
	var req request
	if len(args) != 1 || json.Unmarshal([]byte(args[0]), &req) != nil {
		fmt.Fprintln(os.Stderr, "a sample process takes a request as its argument")
		return 2
	}
	if err := take(os.Stdout, req); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// take takes the samples. Of each it prints the benchmark line, if it measured
// one, and then the record, before it goes on with the next; of the last when
// all is closed. What fails is in the records: its error is one of printing.
func take(w io.Writer, req request) error {
	s := suite.Open(req.Env)
	for i, a := range req.Asks {
		line, rec, err := measure(s, a)
		if i == len(req.Asks)-1 {
			err = errors.Join(err, s.Close())
		}
		if lacking, ok := errors.AsType[workloads.Unavailable](err); ok {
			line, rec = "", record{Error: string(lacking), Unavailable: true}
		} else if err != nil {
			line, rec = "", record{Error: err.Error()}
		}
		rec.Ended = time.Now()
		if err := answer(w, line, rec); err != nil {
			return err
		}
	}
	return nil
}

// answer prints what became of one ask, in one piece.
func answer(w io.Writer, line string, rec record) error {
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

func measure(s *suite.Suite, a ask) (string, record, error) {
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

// maxOutput bounds what is read of a sample process for each cell: a line and
// a record.
const maxOutput = 64 << 10

// answered is what a sample process printed of one cell.
type answered struct {
	line string
	rec  record
	err  error // why it is no result, in the process' own words or in ours
}

// parseOutput reads what a sample process printed: the answers to the first of
// the asks, as many as there are, and why there are no more or too many.
func parseOutput(out []byte, asks []ask) ([]answered, error) {
	if most := maxOutput * len(asks); len(out) > most {
		return nil, fmt.Errorf("it printed more than %d bytes", most)
	}
	var all []answered
	text := string(out)
	for _, a := range asks {
		got, rest, err := parseAnswer(text, a)
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

// parseAnswer reads one answer, and returns what follows it. An error says
// that the text has none.
func parseAnswer(text string, a ask) (got answered, rest string, err error) {
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
