package results

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// WriteFile replaces path by data in one step: whoever reads it sees the old
// content or the new, never a part, also after a crash.
func WriteFile(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return syncDir(filepath.Dir(path))
}

// RemoveParts removes from dir what [WriteFile] has left there where it was
// killed: parts of files of which whole says, by their name, that they are the
// caller's. Nobody else may be writing them meanwhile.
func RemoveParts(dir string, whole func(name string) bool) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if of := part.FindStringSubmatch(e.Name()); of != nil && e.Type().IsRegular() && whole(of[1]) {
			err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	return err
}

// part is the name of a file that WriteFile has not finished.
var part = regexp.MustCompile(`^\.(.+)\.[0-9]+$`)

// ofRun says whether a run has files of that name.
func ofRun(name string) bool {
	return slices.Contains([]string{BenchFile, RunFile, SumsFile, JournalFile}, name) || traceName.MatchString(name)
}

// syncDir makes a rename in dir durable. Where folders cannot be synced
// (Windows), or may not be read, there is nothing to do.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Read reads the run in dir. A finished run is verified: digests, counts, and
// that bench.txt's lines are the samples of run.json one by one. A run that
// goes on or was killed is read from its journal and has the status Running.
// The error wraps [ErrNoRun], [ErrDamaged] or an error of the file system.
func Read(dir string) (Run, error) {
	sums, err := readFile(filepath.Join(dir, SumsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return readJournal(dir)
	}
	if err != nil {
		return Run{}, err
	}
	files, err := readFiles(dir, string(sums))
	if err != nil {
		return Run{}, err
	}
	if err := verifySums(string(sums), files); err != nil {
		return Run{}, err
	}
	return decode(files)
}

// regular returns an error about what is not a regular file: to open a named
// pipe that nobody writes would hang, and a device may have no end.
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

// file is a file of a run that [SumsFile] has a line of.
type file struct {
	name string
	data []byte
}

var traceName = regexp.MustCompile(`^[a-z]+(-[a-z]+)*\.trace$`)

// readFiles reads what sums, which may be damaged, is of: bench.txt, run.json,
// and then the traces.
func readFiles(dir, sums string) ([]file, error) {
	files := []file{{name: BenchFile}, {name: RunFile}}
	for line := range strings.Lines(sums) {
		if _, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  "); traceName.MatchString(name) {
			files = append(files, file{name: name})
		}
	}
	for i := range files {
		var err error
		if files[i].data, err = readFile(filepath.Join(dir, files[i].name)); err != nil {
			return nil, missing(err)
		}
	}
	return files, nil
}

// missing turns the absence of a file that SHA256SUMS names into damage.
func missing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

func sumsText(files []file) string {
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "%s  %s\n", digest(f.data), f.name)
	}
	return b.String()
}

func verifySums(sums string, files []file) error {
	if sums == sumsText(files) {
		return nil
	}
	for _, f := range files {
		if !strings.Contains(sums, sumsText([]file{f})) {
			return fmt.Errorf("%w: %s does not match %s", ErrDamaged, f.name, SumsFile)
		}
	}
	return fmt.Errorf("%w: %s has other lines than the digests of the run's files", ErrDamaged, SumsFile)
}

// decode joins run.json and bench.txt, the first of the files.
func decode(files []file) (Run, error) {
	bench, meta := files[0].data, files[1].data
	var head struct{ Format int } // a later one may have further fields
	if err := json.Unmarshal(meta, &head); err != nil {
		return Run{}, fmt.Errorf("%w: %s: %w", ErrDamaged, RunFile, err)
	}
	if !readable(head.Format) {
		return Run{}, fmt.Errorf("%w: %s has format %d, this program reads up to %d", ErrDamaged, RunFile, head.Format, Format)
	}
	var r Run
	dec := json.NewDecoder(bytes.NewReader(meta))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return Run{}, fmt.Errorf("%w: %s: %w", ErrDamaged, RunFile, err)
	}
	if err := r.Plan.check(); err != nil {
		return Run{}, fmt.Errorf("%w: %s: %w", ErrDamaged, RunFile, err)
	}
	if r.BenchSHA256 != digest(bench) {
		return Run{}, fmt.Errorf("%w: %s does not match the digest in %s", ErrDamaged, BenchFile, RunFile)
	}
	same := func(t Trace, f file) bool { return t.Name == f.name && t.SHA256 == digest(f.data) }
	if !slices.EqualFunc(r.Traces, files[2:], same) {
		return Run{}, fmt.Errorf("%w: %s lists other traces than %s", ErrDamaged, RunFile, SumsFile)
	}
	lines := resultLines(bench)
	next := 0
	for i := range r.Samples {
		s := &r.Samples[i]
		if s.Error != "" {
			continue
		}
		if next == len(lines) || !strings.HasPrefix(lines[next], s.Cell+"\t") {
			return Run{}, fmt.Errorf("%w: result %d of %s is not the sample of %s in %s", ErrDamaged, next+1, BenchFile, s.Cell, RunFile)
		}
		s.Line = lines[next]
		next++
	}
	if next != len(lines) || next != r.Actual || len(r.Samples)-next != r.Failed {
		return Run{}, fmt.Errorf("%w: %d results in %s, %d in %s", ErrDamaged, len(lines), BenchFile, r.Actual, RunFile)
	}
	return r, nil
}

func readable(format int) bool { return format >= 1 && format <= Format }

func resultLines(bench []byte) []string {
	var out []string
	for line := range strings.Lines(string(bench)) {
		if strings.HasPrefix(line, "Benchmark") {
			out = append(out, strings.TrimSuffix(line, "\n"))
		}
	}
	return out
}

// entry is a line of the journal, which holds one thing: the run, first, and
// then what became of it, in order.
type entry struct {
	Run        *Run          `json:"run,omitempty"`
	Sample     *Sample       `json:"sample,omitempty"`
	Added      *Added        `json:"added,omitempty"`
	Conditions *RoundHazards `json:"conditions,omitempty"`
	Trace      *Trace        `json:"trace,omitempty"`
}

// chain is the digest that the last line of a journal begins with; "" before
// the first line. A line's digest is of the digest before it and of what the
// line holds, so that a line that was altered, moved, repeated or taken out is
// noticed.
type chain string

// line writes the next entry.
func (c *chain) line(e entry) ([]byte, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	*c = chain(digest(append([]byte(*c), text...)))
	return append([]byte(*c+" "), append(text, '\n')...), nil
}

// parse reads the next entry, of a line without its end.
func (c *chain) parse(line []byte) (entry, error) {
	sum, text, _ := bytes.Cut(line, []byte(" "))
	if string(sum) != digest(append([]byte(*c), text...)) {
		return entry{}, errors.New("it does not match its digest")
	}
	*c = chain(sum)
	var e entry
	return e, json.Unmarshal(text, &e)
}

func readJournal(dir string) (Run, error) {
	path := filepath.Join(dir, JournalFile)
	err := regular(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, e := os.Stat(filepath.Join(dir, RunFile)); e == nil {
			return Run{}, fmt.Errorf("%w: %s is missing", ErrDamaged, SumsFile)
		}
		return Run{}, fmt.Errorf("%s: %w", dir, ErrNoRun)
	}
	if err != nil {
		return Run{}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return Run{}, err
	}
	defer f.Close()
	var j journal
	in := bufio.NewReader(f)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		last := err == io.EOF
		switch {
		case last:
			err = j.takeEnd(line)
		case err != nil:
			return Run{}, err
		default:
			err = j.takeLine(line[:len(line)-1])
		}
		if err != nil {
			return Run{}, fmt.Errorf("%w: %s line %d: %w", ErrDamaged, JournalFile, n, err)
		}
		if last {
			break
		}
	}
	if j.run.Format == 0 {
		return Run{}, fmt.Errorf("%s: %w: it was killed before its first sample", dir, ErrNoRun)
	}
	_, err = readTraces(dir, j.run.Traces)
	return j.run, err
}

// journal is a run as far as its journal has been read.
type journal struct {
	run  Run
	free map[slot]bool // places without a sample
	last chain
}

// takeLine takes the next line, without its end.
func (j *journal) takeLine(line []byte) error {
	e, err := j.last.parse(line)
	if err != nil {
		return err
	}
	if err := j.take(e); err != nil {
		return err
	}
	if j.run.Format == 1 {
		j.last = "" // its lines stood each by itself
	}
	return nil
}

// takeEnd takes what is behind the last line's end: nothing, or a line that was
// being written when the run was killed, which is the sample in progress that
// may be lost. It is no whole line with another byte in place of its end.
func (j *journal) takeEnd(line []byte) error {
	at := j.last
	if _, err := at.parse(line[:max(0, len(line)-1)]); err == nil {
		return errors.New("its end was altered")
	}
	return nil
}

// take takes the next entry.
func (j *journal) take(e entry) error {
	first := j.free == nil
	switch {
	case first && e.Run != nil && readable(e.Run.Format):
		j.run, j.free = *e.Run, map[slot]bool{}
		j.run.Status, j.run.Samples, j.run.Actual, j.run.Failed = Running, nil, 0, 0 // they are counted here
		if err := j.run.Plan.check(); err != nil {
			return err
		}
		j.vacate(0)
	case first:
		return fmt.Errorf("it does not begin a run of a format up to %d", Format)
	case e.Sample != nil:
		at := slot{e.Sample.Round, e.Sample.Cell}
		if !j.free[at] {
			return fmt.Errorf("%s in round %d is not planned, or is there twice", at.cell, at.round)
		}
		delete(j.free, at)
		j.run.add(*e.Sample)
		return check(*e.Sample)
	case e.Added != nil:
		before := j.run.Plan.rounds()
		if err := j.run.Plan.with(*e.Added).check(); err != nil {
			return err
		}
		j.run.grow(j.run.Plan.with(*e.Added))
		j.vacate(before)
	case e.Conditions != nil:
		j.run.Conditions = append(j.run.Conditions, *e.Conditions)
	case e.Trace != nil:
		j.run.Traces = append(j.run.Traces, *e.Trace)
	default:
		return errors.New("it holds nothing that this program knows")
	}
	return nil
}

// slot is the place of a sample in a plan.
type slot struct {
	round int
	cell  string
}

// vacate adds the places of the rounds from the given one on.
func (j *journal) vacate(from int) {
	for i, cells := range j.run.Plan.Due()[from:] {
		for _, cell := range cells {
			j.free[slot{from + i, cell}] = true
		}
	}
}

// readTraces reads and verifies traces that run.json or a journal lists.
func readTraces(dir string, traces []Trace) ([]file, error) {
	var files []file
	seen := map[string]bool{}
	for _, t := range traces {
		if !traceName.MatchString(t.Name) || seen[t.Name] {
			return nil, fmt.Errorf("%w: %.80q is no name of a trace, or is there twice", ErrDamaged, t.Name)
		}
		seen[t.Name] = true
		data, err := readFile(filepath.Join(dir, t.Name))
		if err != nil {
			return nil, missing(err)
		}
		if digest(data) != t.SHA256 {
			return nil, fmt.Errorf("%w: %s does not match its digest", ErrDamaged, t.Name)
		}
		files = append(files, file{t.Name, data})
	}
	return files, nil
}

func (r *Run) grow(to Plan) { r.Plan, r.Planned = to, to.Samples() }

func (r *Run) add(s Sample) {
	r.Samples = append(r.Samples, s)
	if s.Error == "" {
		r.Actual++
	} else {
		r.Failed++
	}
}

// Find returns the folders of the runs at or below path, in lexical order.
// The error wraps [ErrNoRun] when there is none.
func Find(path string) ([]string, error) {
	runs := map[string]bool{}
	err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ReportDir:
			return fs.SkipDir
		case d.Type().IsRegular() && slices.Contains([]string{SumsFile, JournalFile, RunFile}, d.Name()):
			runs[filepath.Dir(p)] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(runs) == 0 {
		return nil, fmt.Errorf("%s: %w", path, ErrNoRun)
	}
	return slices.Sorted(maps.Keys(runs)), nil
}
