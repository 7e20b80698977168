package rundir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"conpar/results"
)

// entry is a line of the journal, which holds one thing: the run, first, and
// then what became of it, in order.
type entry struct {
	Run        *results.Run          `json:"run,omitempty"`
	Sample     *results.Sample       `json:"sample,omitempty"`
	Added      *results.Added        `json:"added,omitempty"`
	Look       *results.Look         `json:"look,omitempty"`
	Conditions *results.RoundHazards `json:"conditions,omitempty"`
	Trace      *results.Trace        `json:"trace,omitempty"`
	Profile    *results.Profile      `json:"profile,omitempty"`
}

// journal is a run as far as its journal goes.
type journal struct {
	run  results.Run
	free map[slot]bool // places without a sample; nil before the first entry
	// names are as in [results.Sample.Check].
	names map[string]string
	// last is the digest that the last line begins with; "" before the first
	// line. A line's digest is of the digest before it and of what the line holds,
	// so that a line that was altered, moved, repeated or taken out is noticed.
	last string
}

// slot is the place of a sample in a plan.
type slot struct {
	round int
	cell  string
}

// digestOf returns the digest of the next line.
func (j *journal) digestOf(text []byte) string { return digest(append([]byte(j.last), text...)) }

// write applies the next entry, and returns its line.
func (j *journal) write(e entry) ([]byte, error) {
	text, err := json.Marshal(e)
	if err == nil {
		err = j.apply(e)
	}
	if err != nil {
		return nil, err
	}
	j.last = j.digestOf(text)
	return append([]byte(j.last+" "), append(text, '\n')...), nil
}

// read applies the entry of the next line, without its end.
func (j *journal) read(line []byte) error {
	sum, text, _ := bytes.Cut(line, []byte(" "))
	if string(sum) != j.digestOf(text) {
		return errors.New("it does not match its digest")
	}
	j.last = string(sum)
	var e entry
	if err := json.Unmarshal(text, &e); err != nil {
		return err
	}
	return j.apply(e)
}

// readEnd reads what follows the last line's end: nothing, or a line that was
// being written when the run was killed. Its sample is lost. A complete line
// whose final newline was altered is damage.
func (j *journal) readEnd(line []byte) error {
	sum, text, _ := bytes.Cut(line[:max(0, len(line)-1)], []byte(" "))
	if string(sum) == j.digestOf(text) {
		return errors.New("its end was altered")
	}
	return nil
}

// apply checks an entry, and adds it to the run.
func (j *journal) apply(e entry) error {
	r := &j.run
	switch {
	case j.free == nil && e.Run != nil:
		return j.begin(*e.Run)
	case j.free == nil:
		return errors.New("it does not begin a run")
	case e.Sample != nil:
		return j.add(*e.Sample)
	case e.Added != nil:
		plan, rounds := r.Plan, len(r.Plan.Due())
		plan.Added = append(slices.Clip(plan.Added), *e.Added)
		if err := plan.Check(); err != nil {
			return err
		}
		r.Plan, r.Planned = plan, plan.Samples()
		j.vacate(rounds)
	case e.Look != nil:
		plan := r.Plan
		plan.Taken = append(slices.Clip(plan.Taken), *e.Look)
		if err := plan.Check(); err != nil {
			return err
		}
		r.Plan = plan
	case e.Conditions != nil:
		r.Conditions = append(r.Conditions, *e.Conditions)
	case e.Trace != nil:
		r.Traces = append(r.Traces, *e.Trace)
	case e.Profile != nil:
		r.Profiles = append(r.Profiles, *e.Profile)
	default:
		return errors.New("it holds nothing that this program knows")
	}
	return nil
}

// begin takes a run without its samples, which have entries of their own.
func (j *journal) begin(run results.Run) error {
	if err := checkFormat(run.Format); err != nil {
		return err
	}
	if err := run.Check(); err != nil {
		return err
	}
	run.Status, run.Ended, run.BenchSHA256 = results.Running, time.Time{}, ""
	run.Planned, run.Actual, run.Failed, run.Samples = run.Plan.Samples(), 0, 0, nil
	j.run, j.free, j.names = run, map[slot]bool{}, map[string]string{}
	j.vacate(0)
	return nil
}

func (j *journal) add(s results.Sample) error {
	if err := s.Check(j.names); err != nil {
		return err
	}
	at := slot{s.Round, s.Cell}
	if !j.free[at] {
		return fmt.Errorf("%s in round %d is not planned, or is there twice", at.cell, at.round)
	}
	delete(j.free, at)
	j.run.Samples = append(j.run.Samples, s)
	if s.Error == "" {
		j.run.Actual++
	} else {
		j.run.Failed++
	}
	return nil
}

// vacate adds the places of the rounds from the given one on.
func (j *journal) vacate(from int) {
	for i, cells := range j.run.Plan.Due()[from:] {
		for _, cell := range cells {
			j.free[slot{from + i, cell}] = true
		}
	}
}

func readJournal(dir string) (results.Run, error) {
	data, err := readFile(filepath.Join(dir, JournalFile))
	if errors.Is(err, fs.ErrNotExist) {
		if _, e := os.Stat(filepath.Join(dir, RunFile)); e == nil {
			return results.Run{}, fmt.Errorf("%w: %s is missing", ErrDamaged, SumsFile)
		}
		return results.Run{}, fmt.Errorf("%s: %w", dir, ErrNoRun)
	}
	if err != nil {
		return results.Run{}, err
	}
	var j journal
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if whole, ended := bytes.CutSuffix(line, []byte("\n")); ended {
			err = j.read(whole)
		} else {
			err = j.readEnd(line)
		}
		if errors.Is(err, ErrFormat) {
			return results.Run{}, err
		}
		if err != nil {
			return results.Run{}, fmt.Errorf("%w: %s line %d: %w", ErrDamaged, JournalFile, n, err)
		}
	}
	if j.free == nil {
		return results.Run{}, fmt.Errorf("%s: %w: it was killed before its first sample", dir, ErrNoRun)
	}
	_, err = readTraces(dir, attached(j.run))
	return j.run, err
}
