package run

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"conpar/report/input"
	"conpar/report/series"
	"conpar/results"
	"conpar/results/rundir"
)

// side is an argument of report compare.
type side struct {
	label string // "": that of the source
	path  string // of a single run or of a file; of two names of one file the first
	again bool   // an earlier side is the same file

	info os.FileInfo // nil for standard input
}

func (s side) same(o side) bool {
	return s.info == nil && o.info == nil || s.info != nil && o.info != nil && os.SameFile(s.info, o.info)
}

// findSides finds what the arguments name. Each must be there, so that a name
// that is mistyped does not make a comparison of the others. The notes say what
// was chosen; lost is what could not be read beside it.
func findSides(args []string) (sides []side, notes []string, lost []series.Warning, err error) {
	for _, arg := range args {
		s, note, unread, err := findSide(arg)
		if err != nil {
			return nil, nil, nil, err
		}
		for _, w := range unread { // of a folder that is there twice, once
			if !slices.Contains(lost, w) {
				lost = append(lost, w)
			}
		}
		if note != "" {
			notes = append(notes, note)
		}
		switch i := slices.IndexFunc(sides, s.same); {
		case i >= 0 && s.info == nil:
			return nil, nil, nil, fmt.Errorf("%w: standard input can be one side only", input.ErrBadInput)
		case i >= 0:
			notes = append(notes, fmt.Sprintf("%s is compared with itself.", input.Printable(s.path)))
			s.again, s.path = true, sides[i].path
		case s.label != "" && slices.ContainsFunc(sides, func(o side) bool { return o.label == s.label }):
			return nil, nil, nil, fmt.Errorf("%w: two sides are called %s", input.ErrBadInput, input.Printable(s.label))
		}
		sides = append(sides, s)
	}
	return sides, notes, lost, nil
}

// findSide finds a path, or label=PATH unless a file has that whole name.
func findSide(arg string) (s side, note string, unread []series.Warning, err error) {
	if s.path = arg; arg == input.Stdin {
		return s, "", nil, nil
	}
	_, err = os.Stat(arg)
	if label, path, ok := strings.Cut(arg, "="); err != nil && ok && label != "" {
		s.label, s.path, err = label, path, nil
	}
	if err == nil && s.path != input.Stdin {
		if s.path, note, unread, err = newestRun(s.path); err == nil {
			s.info, err = os.Stat(s.path)
		}
	}
	return s, note, unread, err
}

// newestRun returns the newest complete run in a folder, or the newest one if
// no run is complete. If there are several, the note says which it is. A file,
// a run, and what cannot be read as a run are returned as they are: reading them
// says better what is wrong.
func newestRun(path string) (run, note string, unread []series.Warning, err error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return path, "", nil, err
	}
	folder, err := filepath.EvalSymlinks(path) // Find does not follow a link
	if err != nil {
		return "", "", nil, err
	}
	lose := func(dir string, err error) {
		if rel, e := filepath.Rel(folder, dir); e == nil {
			dir = filepath.Join(path, rel)
		}
		unread = append(unread, series.Warning{File: dir, Text: fmt.Sprint("left out: ", err), Lost: true})
	}
	dirs, err := rundir.Find(folder, func(dir string, err error) {
		lose(dir, fmt.Errorf("this folder can't be read, nor any run in it: %w", err))
	})
	if err != nil || slices.Equal(dirs, []string{folder}) {
		return path, "", nil, nil
	}
	newest, r := newestOf(dirs, lose)
	if newest == "" {
		return path, "", nil, nil
	}
	rel, err := filepath.Rel(folder, newest)
	if err != nil {
		return "", "", nil, err
	}
	if len(dirs) > 1 {
		note = fmt.Sprintf("%s holds %d runs; this is %s, the newest that is %s.",
			input.Printable(path), len(dirs), input.Printable(rel), r.Status)
	}
	return filepath.Join(path, rel), note, unread, nil
}

// newestOf prefers complete runs to others; "" means that none can be read.
func newestOf(dirs []string, lose func(dir string, err error)) (newest string, best results.Run) {
	complete := func(r results.Run) int {
		if r.Status == results.Complete {
			return 1
		}
		return 0
	}
	for _, dir := range dirs {
		r, err := rundir.Read(dir)
		if err != nil {
			lose(dir, err)
			continue
		}
		if newest == "" || cmp.Or(complete(r)-complete(best), r.Started.Compare(best.Started)) > 0 {
			newest, best = dir, r
		}
	}
	return newest, best
}

// readSides reads the sides into one Data with a source for each side, or more
// where a file has several. A file that several sides name is read once, and its
// sources are copied.
func readSides(sides []side, stdin io.Reader, filter string) (*series.Data, error) {
	var paths []string
	for _, s := range sides {
		if !s.again {
			paths = append(paths, s.path)
		}
	}
	read, err := input.Filtered(paths, stdin, filter)
	if err != nil {
		return nil, err
	}
	generous(20)
	out := &series.Data{Warnings: read.Warnings}
	for _, s := range sides {
		for _, source := range read.Sources {
			if filepath.Clean(source.Path) != filepath.Clean(s.path) {
				continue
			}
			of := ""
			if source.Run != nil && source.Run.Test != nil {
				of = source.Config["side"]
			}
			switch {
			case s.label != "" && of != "":
				source.Label = input.Printable(s.label) + ", " + of
			case s.label != "":
				source.Label = input.Printable(s.label) + suffix(source)
			case of != "" && len(sides) == 1:
				source.Label = of
			}
			source.Label = unique(out, source.Label)
			out.Sources = append(out.Sources, source)
		}
	}
	return out, nil
}

// suffix returns what tells a source from others of its file: it stands behind
// the file's name.
func suffix(s series.Source) string {
	if s.Run != nil {
		return ""
	}
	for _, name := range []string{s.Path, filepath.Base(s.Path), "stdin"} {
		if rest, ok := strings.CutPrefix(s.Label, input.Printable(name)); ok {
			return rest
		}
	}
	return ""
}

// unique returns a label that no source has yet.
func unique(d *series.Data, label string) string {
	out := label
	for n := 2; d.Source(out) != nil; n++ {
		out = fmt.Sprintf("%s #%d", label, n)
	}
	return out
}
