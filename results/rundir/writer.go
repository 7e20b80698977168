package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"conpar/results"
	"conpar/results/atomicfile"
	"conpar/results/gotest"
)

// Writer writes a run as it goes on, and keeps other processes from writing it.
type Writer struct {
	journal
	dir    string
	file   *os.File
	lock   *hold
	size   int64     // of the journal
	failed error     // of writing the journal, whose last line may be incomplete
	synced time.Time // when the journal was
}

// syncEvery is how much of a run is lost at most where the system itself dies. The
// death of the process loses nothing that was written. Syncing takes as long as the
// start of a sample, and each sample would wait for it.
const syncEvery = 5 * time.Second

// Create makes the folder dir, which must not exist yet or be empty, and
// begins run in it. The run's Format, Status and counts are the Writer's to
// set.
func Create(dir string, run results.Run) (*Writer, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() {
		return nil, errors.Join(err, fmt.Errorf("%s was replaced; nothing is written to where it leads now", dir))
	}
	if there, err := os.ReadDir(dir); err != nil || len(there) > 0 {
		return nil, errors.Join(err, fmt.Errorf("%s: %w, and is not empty", dir, fs.ErrExist))
	}
	run.Samples, run.Actual, run.Failed = nil, 0, 0
	lock, err := acquire(dir)
	if err != nil {
		return nil, err
	}
	w, err := begin(dir, run, lock)
	if err != nil {
		return nil, errors.Join(err, lock.release()) // the folder is as empty as it was
	}
	parent := filepath.Dir(dir) // the machine's, which may be as new
	return w, errors.Join(atomicfile.SyncDir(parent), atomicfile.SyncDir(filepath.Dir(parent)))
}

// Reopen continues the run in dir, which may be finished or have been killed. It
// keeps all samples. change may add rounds to its plan, and record what -force
// ignored.
func Reopen(dir string, change func(*results.Run)) (*Writer, error) {
	lock, err := acquire(dir) // before reading: what is read must be all
	if err != nil {
		return nil, err
	}
	run, err := Read(dir)
	if err != nil {
		return nil, errors.Join(err, lock.unlock())
	}
	change(&run)
	w, err := begin(dir, run, lock)
	if err != nil {
		return nil, errors.Join(err, lock.unlock())
	}
	// From here on the journal is the run.
	if err := os.Remove(filepath.Join(dir, SumsFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(err, w.file.Close())
	}
	return w, atomicfile.SyncDir(dir)
}

// begin writes the journal of all that run has so far.
func begin(dir string, run results.Run, lock *hold) (*Writer, error) {
	run.Format = format
	samples := run.Samples
	run.Samples = nil
	w := &Writer{dir: dir, lock: lock}
	text, err := w.journal.write(entry{Run: &run})
	for _, s := range samples {
		line, e := w.journal.write(entry{Sample: &s})
		text, err = append(text, line...), errors.Join(err, e)
	}
	if err != nil {
		return nil, err
	}
	if err := atomicfile.RemoveParts(dir, ofRun); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, JournalFile)
	w.size = int64(len(text))
	if err := atomicfile.Write(path, text); err != nil {
		return nil, err
	}
	w.file, err = os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	w.synced = time.Now()
	return w, err
}

// Close leaves the run unfinished, as its journal; [Reopen] goes on with it.
// After Finish it does nothing.
func (w *Writer) Close() error {
	err := w.file.Sync()
	if errors.Is(err, fs.ErrClosed) {
		return w.lock.unlock()
	}
	return errors.Join(err, w.file.Close(), w.lock.unlock())
}

// Run returns the run as it stands.
func (w *Writer) Run() results.Run { return w.run }

// Append writes planned samples, which outlive this process from then on, and the
// system a few seconds later. A sample without a result has its Error set; one with
// a result has a Line that begins with its Cell. Where one can't be kept, those
// before it are.
func (w *Writer) Append(samples ...results.Sample) error {
	entries := make([]entry, len(samples))
	for i := range samples {
		entries[i].Sample = &samples[i]
	}
	return w.append(entries...)
}

// Grow adds rounds to the run's plan.
func (w *Writer) Grow(a results.Added) error { return w.append(entry{Added: &a}) }

// AddLook records a look at the run's results.
func (w *Writer) AddLook(l results.Look) error { return w.append(entry{Look: &l}) }

// AddConditions records what the machine was like during a round, or a part of
// one.
func (w *Writer) AddConditions(c results.RoundHazards) error { return w.append(entry{Conditions: &c}) }

// AddTrace writes an execution trace of a cell into a file of that name, such
// as "kitchen-parallel.trace", which the run must not have yet.
func (w *Writer) AddTrace(name string, cell results.Cell, data []byte) error {
	t := results.Trace{Name: name, Cell: cell.String()}
	if err := w.attach(&t, data); err != nil {
		return err
	}
	return w.append(entry{Trace: &t})
}

// AddProfile writes a profile into a file such as "cpu-0001.pprof", which the run must
// not have yet. It sets the digest.
func (w *Writer) AddProfile(p results.Profile, data []byte) error {
	if err := w.attach(&p.Trace, data); err != nil {
		return err
	}
	return w.append(entry{Profile: &p})
}

func (w *Writer) attach(t *results.Trace, data []byte) error {
	there := func(have results.Trace) bool { return have.Name == t.Name }
	if !traceName().MatchString(t.Name) || slices.ContainsFunc(attached(w.run), there) {
		return fmt.Errorf("%.80q is not the name of a trace or profile, or is there already", t.Name)
	}
	t.SHA256 = digest(data)
	if err := w.check(); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(w.dir, t.Name), data)
}

func (w *Writer) append(entries ...entry) error {
	if w.failed != nil {
		return w.failed
	}
	var refused error
	var text []byte
	for _, e := range entries {
		var line []byte
		if line, refused = w.journal.write(e); refused != nil {
			break
		}
		text = append(text, line...)
	}
	w.size += int64(len(text))
	if _, w.failed = w.file.Write(text); w.check() != nil {
		return w.failed
	}
	if time.Since(w.synced) >= syncEvery {
		w.failed = w.file.Sync()
		w.synced = time.Now()
	}
	return errors.Join(refused, w.failed)
}

// Finish ends the run: it writes bench.txt, run.json and SHA256SUMS, verifies
// them by reading them back, and removes the journal. foreign and steal become
// those of the [results.Run]. If Finish fails, the journal stays.
func (w *Writer) Finish(status results.Status, ended time.Time, foreign, steal *float64) (results.Run, error) {
	if err := w.check(); err != nil {
		return results.Run{}, err
	}
	w.run.Status, w.run.Ended, w.run.Foreign, w.run.Steal = status, ended, foreign, steal
	if err := w.file.Close(); err != nil {
		return results.Run{}, err
	}
	slices.SortStableFunc(w.run.Samples, w.run.Plan.Order())
	bench := fileOf(BenchFile, benchText(w.run))
	w.run.BenchSHA256 = bench.digest
	stripped := w.run
	stripped.Samples = slices.Clone(w.run.Samples)
	for i := range stripped.Samples {
		stripped.Samples[i].Line = ""
	}
	meta, err := encode(stripped)
	if err != nil {
		return results.Run{}, err
	}
	traces, err := readTraces(w.dir, attached(w.run))
	if err != nil {
		return results.Run{}, err
	}
	files := []file{bench, fileOf(RunFile, meta)}
	sums := file{name: SumsFile, data: []byte(sumsText(append(files[:2:2], traces...)))}
	for _, f := range append(files, sums) {
		if err := atomicfile.Write(filepath.Join(w.dir, f.name), f.data); err != nil {
			return results.Run{}, err
		}
	}
	run, err := Read(w.dir)
	if err != nil {
		return results.Run{}, err
	}
	return run, errors.Join(os.Remove(filepath.Join(w.dir, JournalFile)), w.lock.release())
}

// encode writes run.json with one line a cell, a round's conditions and a
// sample, so that it can be read by eye and compared by line.
func encode(r results.Run) ([]byte, error) {
	samples, cells, conditions := r.Samples, r.Plan.Cells, r.Conditions
	r.Samples, r.Plan.Cells, r.Conditions = nil, nil, nil
	head, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, err
	}
	c, err1 := lines(cells)
	h, err2 := lines(conditions)
	s, err3 := lines(samples)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	out := strings.Replace(string(head), `"cells": null`, `"cells": `+c, 1)
	out = strings.TrimSuffix(out, "\n}")
	return fmt.Appendf(nil, "%s,\n  \"conditions\": %s,\n  \"samples\": %s\n}\n", out, h, s), nil
}

// lines encodes a list with a line for each element.
func lines[T any](list []T) (string, error) {
	var all []string
	for _, x := range list {
		line, err := json.Marshal(x)
		if err != nil {
			return "", err
		}
		all = append(all, "\n    "+string(line))
	}
	return "[" + strings.Join(all, ",") + "\n  ]", nil
}

// benchText renders the run in the benchmark format. Only constant facts become
// configuration lines, because each of them splits benchstat's tables; in runs of
// `bench test` the package and the side do too, before the first result of each.
func benchText(r results.Run) []byte {
	text := []byte(RunHead(r))
	var last gotest.Benchmark
	for _, s := range r.Samples {
		if s.Error != "" {
			continue
		}
		if r.Test != nil {
			b, _ := gotest.ParseBenchmark(s.Cell) // which was checked before
			text = append(text, changed("pkg", last.Package, b.Package)...)
			if len(r.Test.Sides) > 1 {
				text = append(text, changed("side", last.Side, b.Side)...)
			}
			last = b
		}
		text = append(text, s.Line+"\n"...)
	}
	return text
}

// changed returns a configuration line if its value is another one than before.
func changed(key, before, now string) string {
	if before == now {
		return ""
	}
	return key + ": " + now + "\n"
}

// RunHead returns what stands before the results of r. Where the sides of `bench
// test` have different versions of Go, it names none: benchstat would put each into
// a table of its own.
func RunHead(r results.Run) string {
	if r.Test == nil {
		return Head(r.Machine)
	}
	text, version := machineLines(r.Machine), r.Test.Sides[0].Go
	if slices.ContainsFunc(r.Test.Sides, func(s gotest.Side) bool { return s.Go != version }) {
		return text
	}
	return text + "go: " + version + "\n"
}

// Head returns what stands before the results of the suite on m: configuration
// lines, and what benchstat does not know about a unit. The runner and `go test`
// write the same.
func Head(m results.Machine) string {
	return strings.Replace(machineLines(m), "cpu:", "pkg: conpar/bench\ncpu:", 1) +
		"go: " + m.Go + "\nUnit tasks/s better=higher\n"
}

func machineLines(m results.Machine) string {
	return fmt.Sprintf("goos: %s\ngoarch: %s\ncpu: %s\nmachine: %s\n", m.OS, m.Arch, m.CPU, m.Name)
}
