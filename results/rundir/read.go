// Package rundir is the file format of a run: it writes and reads the run's
// folder.
//
// A finished run is a folder with three files, and its traces and profiles:
//
//	bench.txt    the samples in the Go benchmark format; benchstat reads it as it is
//	run.json     a [results.Run]: plan, machine, and what is volatile about each sample
//	*.trace      execution traces of Go, recorded apart from the samples
//	*.pprof      profiles of bench test, taken apart from the samples
//	SHA256SUMS   the digests of them all, written last
//
// While a run goes on, the folder holds journal.jsonl instead: a line with the
// Run, then a line for each [results.Sample]. Each line is written as it comes, so
// that a kill at any moment loses at most the sample in progress, and synced within
// seconds, for the case that the system dies. [Read] reads either, and notices
// every truncation and alteration of a finished run. In a journal it notices every
// flipped bit, and lines that are missing, moved or repeated. A journal without its
// end is what a kill leaves: its complete lines are read.
package rundir

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	json "github.com/go-json-experiment/json/v1"

	"conpar/results"
	"conpar/results/lazy"
)

// format is the version of the file format. The one before, which is read too, has
// no samples on one CPU, and no runs of `bench test`.
const format = 5

// The names of a run's files.
const (
	BenchFile   = "bench.txt"
	RunFile     = "run.json"
	SumsFile    = "SHA256SUMS"
	JournalFile = "journal.jsonl"
	ReportDir   = "report" // generated pages; not part of the run
)

// ErrDamaged is wrapped by errors about runs whose files contradict each other
// or themselves.
var ErrDamaged = errors.New("the run is damaged")

// ErrNoRun is wrapped by Read's error for a folder that holds no run.
var ErrNoRun = errors.New("no run here")

// ErrFormat is wrapped by Read's error for a run of another version of the file
// format.
var ErrFormat = errors.New("the run has format")

// ErrBusy is wrapped by the error about a run that a process is writing.
var ErrBusy = errors.New("another process is measuring this run")

// ofRun says whether a run has files of that name.
func ofRun(name string) bool {
	return slices.Contains([]string{BenchFile, RunFile, SumsFile, JournalFile}, name) || traceName().MatchString(name)
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Read reads the run in dir. It verifies a finished run: digests, counts, and
// that the lines of bench.txt are the samples of run.json one by one. A run that
// goes on or was killed is read from its journal and has the status Running.
// The error wraps [ErrNoRun], [ErrDamaged], [ErrFormat] or one of the file system.
func Read(dir string) (results.Run, error) {
	sums, err := readFile(filepath.Join(dir, SumsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return readJournal(dir)
	}
	if err != nil {
		return results.Run{}, err
	}
	var files []file
	for _, name := range []string{BenchFile, RunFile} {
		data, err := readFile(filepath.Join(dir, name))
		if err != nil {
			return results.Run{}, missing(err)
		}
		f := fileOf(name, data)
		if !strings.Contains(string(sums), sumsText([]file{f})) {
			return results.Run{}, fmt.Errorf("%w: %s does not match %s", ErrDamaged, name, SumsFile)
		}
		files = append(files, f)
	}
	r, err := decode(files[0], files[1])
	if err != nil {
		return results.Run{}, err
	}
	traces, err := readTraces(dir, attached(r))
	if err == nil && string(sums) != sumsText(append(files, traces...)) {
		err = fmt.Errorf("%w: %s has other lines than the digests of the run's files", ErrDamaged, SumsFile)
	}
	return r, err
}

// regular refuses what is not a regular file: opening a named pipe without a
// writer would hang, and a device may have no end.
func regular(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: %s is not a regular file", ErrDamaged, filepath.Base(path))
	}
	return err
}

// readFile reads a file of a run.
func readFile(path string) ([]byte, error) {
	if err := regular(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// file is a file of a run that has a line in [SumsFile].
type file struct {
	name   string
	data   []byte
	digest string
}

func fileOf(name string, data []byte) file { return file{name, data, digest(data)} }

var traceName = lazy.Regexp(`^[a-z]+(-[a-z]+)*\.trace$|^[a-z]+-[0-9]{4,9}\.pprof$`)

// attached returns the traces of a run, and its profiles.
func attached(r results.Run) []results.Trace {
	all := slices.Clone(r.Traces)
	for _, p := range r.Profiles {
		all = append(all, p.Trace)
	}
	return all
}

// missing turns the absence of a file that belongs to a run into damage.
func missing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

func sumsText(files []file) string {
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "%s  %s\n", f.digest, f.name)
	}
	return b.String()
}

// decode joins bench.txt and run.json.
func decode(bench, meta file) (results.Run, error) {
	var r results.Run
	dec := json.NewDecoder(bytes.NewReader(meta.data))
	dec.DisallowUnknownFields()
	err := dec.Decode(&r)
	head := struct{ Format int }{r.Format}
	if err != nil { // a later format may have further fields
		if err := json.Unmarshal(meta.data, &head); err != nil {
			return results.Run{}, fmt.Errorf("%w: %s: %w", ErrDamaged, RunFile, err)
		}
	}
	if err := checkFormat(head.Format); err != nil {
		return results.Run{}, err
	}
	if err == nil {
		err = r.Check()
	}
	if err != nil {
		return results.Run{}, fmt.Errorf("%w: %s: %w", ErrDamaged, RunFile, err)
	}
	if r.BenchSHA256 != bench.digest {
		return results.Run{}, fmt.Errorf("%w: %s does not match the digest in %s", ErrDamaged, BenchFile, RunFile)
	}
	lines := resultLines(bench.data)
	next, names := 0, map[string]string{}
	for i := range r.Samples {
		s := &r.Samples[i]
		if s.Error != "" {
			if err := s.Check(names); err != nil {
				return results.Run{}, fmt.Errorf("%w: %s: %w", ErrDamaged, RunFile, err)
			}
			continue
		}
		if next < len(lines) {
			s.Line = lines[next]
		}
		if err := s.Check(names); err != nil {
			return results.Run{}, fmt.Errorf("%w: result %d of %s is not the sample of %s in %s: %w",
				ErrDamaged, next+1, BenchFile, s.Cell, RunFile, err)
		}
		next++
	}
	if next != len(lines) || next != r.Actual || len(r.Samples)-next != r.Failed {
		return results.Run{}, fmt.Errorf("%w: %d results in %s, %d in %s", ErrDamaged, len(lines), BenchFile,
			r.Actual, RunFile)
	}
	return r, nil
}

// checkFormat refuses runs of other formats. Those before 4 had no hazards, or no
// plans that grew; no run in them is known to exist.
func checkFormat(f int) error {
	switch {
	case f == format || f == format-1:
		return nil
	case f > format:
		return fmt.Errorf("%w %d, and this program reads formats %d and %d; use a newer conpar", ErrFormat, f,
			format-1, format)
	}
	const older = "a version of conpar from before December 2026 reads older ones"
	return fmt.Errorf("%w %d, and this program reads formats %d and %d; %s", ErrFormat, f, format-1, format, older)
}

func resultLines(bench []byte) []string {
	var out []string
	for line := range strings.Lines(string(bench)) {
		if strings.HasPrefix(line, "Benchmark") {
			out = append(out, strings.TrimSuffix(line, "\n"))
		}
	}
	return out
}

// readTraces reads and verifies traces that run.json or a journal lists.
func readTraces(dir string, traces []results.Trace) ([]file, error) {
	var files []file
	seen := map[string]bool{}
	for _, t := range traces {
		if !traceName().MatchString(t.Name) || seen[t.Name] {
			return nil, fmt.Errorf("%w: %.80q is not the name of a trace, or is there twice", ErrDamaged, t.Name)
		}
		seen[t.Name] = true
		data, err := readFile(filepath.Join(dir, t.Name))
		if err != nil {
			return nil, missing(err)
		}
		f := fileOf(t.Name, data)
		if f.digest != t.SHA256 {
			return nil, fmt.Errorf("%w: %s does not match its digest", ErrDamaged, t.Name)
		}
		files = append(files, f)
	}
	return files, nil
}

// Find returns the folders of the runs at or below path, in lexical order. A folder
// below it that can't be read, such as lost+found, is passed over, and unread is told.
// A run whose files are pipes is found: reading it says so. The error wraps [ErrNoRun]
// without runs.
func Find(path string, unread ...func(dir string, err error)) ([]string, error) {
	runs := map[string]bool{}
	var first error
	err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && p == path:
			return err
		case err != nil:
			first = cmp.Or(first, err)
			for _, tell := range unread {
				tell(p, err)
			}
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
		case d.IsDir() && d.Name() == ReportDir:
			return fs.SkipDir
		case !d.IsDir() && slices.Contains([]string{SumsFile, JournalFile, RunFile}, d.Name()):
			runs[filepath.Dir(p)] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(runs) == 0 && first != nil {
		return nil, first
	}
	if len(runs) == 0 {
		return nil, fmt.Errorf("%s: %w", path, ErrNoRun)
	}
	return slices.Sorted(maps.Keys(runs)), nil
}
