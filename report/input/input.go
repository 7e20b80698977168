// Package input reads benchmark results of any origin into the model of
// package series: recorded runs, saved output of go test -bench, standard
// input.
//
// Bad input is data with a position: what cannot be read becomes a warning
// with file and line, and the rest is used. Only when nothing can be read is
// there an error. The package computes nothing from the samples and leaves none
// out for being slow or fast. Nothing that it returns, but for the paths of
// sources, holds a character that a terminal would obey or a reader could not see.
package input

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/perf/benchproc"

	"conpar/report/series"
	"conpar/results/rundir"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// ErrBadInput is wrapped by every error that is about what the input holds,
// and not about the file system.
var ErrBadInput = errors.New("bad input")

// badInput is an error about the content of path; text says what to do.
type badInput struct {
	path, text string
	cause      error // of another package; else ErrBadInput
}

func (e *badInput) Error() string { return e.path + ": " + e.text }

func (e *badInput) Unwrap() []error { return []error{ErrBadInput, e.cause} }

func bad(path, text string) error { return &badInput{path, text, ErrBadInput} }

// Read reads all paths into one Data. A path is a run's folder, a folder with
// runs somewhere below it, a file with what go test -bench prints, also with
// -json or -v and anything around its lines, or "-" for stdin, which is not
// touched otherwise. Sources
// stand in the order of the paths; something named twice is read once.
//
// A path that cannot be read becomes a warning, as long as another one can.
// Else the error is that of the first one: it wraps [ErrBadInput], or is one of
// the file system or of stdin.
func Read(paths []string, stdin io.Reader) (*series.Data, error) { return read(paths, stdin, nil, nil) }

// Filtered is [Read] for the results that a filter lets pass, in the language of
// benchproc: "/size:1k AND .unit:sec/op"; "*" for all.
func Filtered(paths []string, stdin io.Reader, filter string) (*series.Data, error) {
	if filter == "*" {
		return Read(paths, stdin)
	}
	f, err := newFilter(filter)
	if err != nil {
		return nil, err
	}
	return read(paths, stdin, f, nil)
}

func newFilter(text string) (*benchproc.Filter, error) {
	f, err := benchproc.NewFilter(text)
	if err != nil {
		return nil, fmt.Errorf("%w: -filter %s: %w", ErrBadInput, text, err)
	}
	return f, nil
}

// read reads of all paths what the filter lets pass, if there is one. It reads
// into curves, if there are some, which have a filter of their own.
func read(paths []string, stdin io.Reader, filter *benchproc.Filter, c *curves) (*series.Data, error) {
	if len(paths) == 0 {
		return nil, fmt.Errorf("%w: nothing to read: name a run's folder, a file with results, or - for standard "+
			"input", ErrBadInput)
	}
	r := reader{seen: map[string]bool{}, room: maxRoom, filter: filter, curves: c}
	var first error
	for _, path := range paths {
		if err := r.path(path, stdin); err != nil {
			first = cmp.Or(first, err)
			r.lose(path, err)
		}
	}
	if len(r.parsers) == 0 {
		return nil, first
	}
	return r.merge()
}

// reader collects what is read of all inputs.
type reader struct {
	seen     map[string]bool // absolute paths
	room     int             // bytes, for results
	filter   *benchproc.Filter
	curves   *curves // that take the results; nil: the parts do
	parsers  []*parser
	warnings []series.Warning
}

func (r *reader) path(path string, stdin io.Reader) error {
	if path == Stdin {
		if r.again(Stdin, "stdin") {
			return nil
		}
		return r.text(stdin, path, "stdin", "stdin")
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return r.folder(path)
	case !info.Mode().IsRegular():
		// Opening a pipe without a writer would hang.
		return bad(path, "not a regular file; for a pipe, let - read it as standard input")
	}
	if r.again(path, path) {
		return nil
	}
	return r.file(path)
}

// file reads a file of benchmark text, unless it is one of a run's that holds
// none, or belongs to a damaged run.
func (r *reader) file(path string) error {
	if err := partOfRun(path); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return r.text(f, path, path, filepath.Base(path))
}

// partOfRun looks at a file that belongs to a run: its results are to be as
// trustworthy as the run, and its other files hold none.
func partOfRun(path string) error {
	dir := filepath.Dir(path)
	switch filepath.Base(path) {
	case rundir.BenchFile:
		if _, err := os.Stat(filepath.Join(dir, rundir.SumsFile)); err == nil {
			if _, err := rundir.Read(dir); err != nil {
				return explain(dir, path, err)
			}
		}
	case rundir.RunFile, rundir.JournalFile:
		return bad(path, "part of a run; name its folder, "+dir)
	}
	return nil
}

// again says whether the file or folder has been read before.
func (r *reader) again(path, asGiven string) bool {
	key := path
	if path != Stdin {
		if abs, err := filepath.Abs(path); err == nil {
			key = abs
		}
		if real, err := filepath.EvalSymlinks(key); err == nil {
			key = real
		}
	}
	if r.seen[key] {
		r.warn(asGiven, 0, "named twice; read once")
		return true
	}
	r.seen[key] = true
	return false
}

func (r *reader) warn(file string, line int, text string) {
	r.warnings = append(r.warnings, series.Warning{File: Printable(file), Line: line, Text: text})
}

// lose warns that a file or folder is not used, as err says.
func (r *reader) lose(path string, err error) {
	text := "left out: " + strings.TrimPrefix(err.Error(), path+": ")
	r.warnings = append(r.warnings, series.Warning{File: Printable(path), Text: Printable(text), Lost: true})
}

// text reads plain benchmark text, which warnings and errors call shown.
func (r *reader) text(in io.Reader, path, shown, label string) error {
	p := r.parser(shown)
	if err := p.read(in); err != nil {
		return err
	}
	return r.add(p, path, label)
}

// add takes over what p has read, if that is anything.
func (r *reader) add(p *parser, path, label string) error {
	parts, err := p.finish()
	if err != nil {
		return err
	}
	for _, part := range parts {
		part.label = label
		part.path = path
	}
	r.parsers = append(r.parsers, p)
	r.warnings = append(r.warnings, p.notes.list()...)
	p.told = len(r.warnings)
	return nil
}

// folder reads the runs at or below path. Of several runs, those that cannot
// be used become warnings, as long as one can.
func (r *reader) folder(path string) error {
	real, err := filepath.EvalSymlinks(path) // Find does not follow a link
	if err != nil {
		return err
	}
	show := func(dir string) string {
		if rel, err := filepath.Rel(real, dir); err == nil {
			return filepath.Join(path, rel)
		}
		return dir
	}
	dirs, err := rundir.Find(real, func(dir string, err error) {
		var why *fs.PathError
		if errors.As(err, &why) {
			err = why.Err
		}
		r.lose(show(dir), fmt.Errorf("this folder can't be read, nor any run in it: %w", err))
	})
	if err != nil {
		return explain(real, path, err)
	}
	var first error
	used := 0
	for _, dir := range dirs {
		shown := show(dir)
		if r.again(dir, shown) {
			used++
			continue
		}
		if err := r.run(dir, shown); err != nil {
			first = cmp.Or(first, err)
			r.lose(shown, err)
			continue
		}
		used++
	}
	if used == 0 {
		return first
	}
	return nil
}

// explain turns an error about the run in dir into one line that says what to
// do, and calls the run shown. Errors of the file system stay as they are.
func explain(dir, shown string, err error) error {
	text := Printable(strings.TrimPrefix(err.Error(), dir+": ")) // it may quote the run's files
	switch {
	case errors.Is(err, rundir.ErrDamaged):
		return &badInput{shown, text + "; restore the folder from a copy, or measure again", err}
	case errors.Is(err, rundir.ErrFormat):
		return &badInput{shown, text, err}
	case errors.Is(err, rundir.ErrNoRun):
		return &badInput{shown, text + "; name a folder that the runner has written, or a file with results", err}
	}
	return err
}
