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
)

// side is an argument of report compare.
type side struct {
	label string // "": that of the source
	path  string // of a single run or of a file; of two names of one file the first
	file  string // what two names of one file have in common
	again bool   // an earlier side is the same file
}

// findSides finds what the arguments name. Each must be there, so that a name
// that is mistyped does not make a comparison of the others. The notes say what
// was chosen.
func findSides(args []string) (sides []side, notes []string, err error) {
	for _, arg := range args {
		label, path, err := labelled(arg)
		if err != nil {
			return nil, nil, err
		}
		path, note, err := newestRun(path)
		if err != nil {
			return nil, nil, err
		}
		if note != "" {
			notes = append(notes, note)
		}
		s := side{label: label, path: path, file: identity(path)}
		if i := slices.IndexFunc(sides, func(o side) bool { return o.file == s.file }); i >= 0 {
			if s.file == input.Stdin {
				return nil, nil, fmt.Errorf("%w: standard input can be one side only", input.ErrBadInput)
			}
			s.again, s.path = true, sides[i].path
			notes = append(notes, fmt.Sprintf("%s is compared with itself.", input.Printable(path)))
		} else if label != "" && slices.ContainsFunc(sides, func(o side) bool { return o.label == label }) {
			return nil, nil, fmt.Errorf("%w: two sides are called %s", input.ErrBadInput, input.Printable(label))
		}
		sides = append(sides, s)
	}
	return sides, notes, nil
}

// labelled splits label=PATH, unless a file has that whole name, and looks
// whether the path is there.
func labelled(arg string) (label, path string, err error) {
	if arg == input.Stdin {
		return "", arg, nil
	}
	_, err = os.Stat(arg)
	if before, after, ok := strings.Cut(arg, "="); err != nil && ok && before != "" {
		label, arg = before, after
		if _, err = os.Stat(arg); arg == input.Stdin {
			err = nil
		}
	}
	return label, arg, err
}

// identity returns a path without links and from the root on, as far as that
// can be had: two paths of one file have the same.
func identity(path string) string {
	if path == input.Stdin {
		return path
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path
}

// newestRun returns the newest complete run in a folder, or the newest one if
// no run is complete. If there are several, the note says which it is. A file,
// a run, and what cannot be read as a run are returned as they are: reading them
// says better what is wrong.
func newestRun(path string) (run, note string, err error) {
	info, err := os.Stat(path)
	if path == input.Stdin || err == nil && !info.IsDir() {
		return path, "", nil
	}
	if err != nil {
		return "", "", err
	}
	folder, err := filepath.EvalSymlinks(path) // Find does not follow a link
	if err != nil {
		return "", "", err
	}
	dirs, err := results.Find(folder)
	if err != nil || slices.Equal(dirs, []string{folder}) {
		return path, "", nil
	}
	newest, r := newestOf(dirs)
	if newest == "" {
		return path, "", nil
	}
	rel, err := filepath.Rel(folder, newest)
	if err != nil {
		return "", "", err
	}
	if len(dirs) > 1 {
		note = fmt.Sprintf("%s holds %d runs; this is %s, the newest that is %s.",
			input.Printable(path), len(dirs), input.Printable(rel), r.Status)
	}
	return filepath.Join(path, rel), note, nil
}

// newestOf prefers complete runs to others; "" means that none can be read.
func newestOf(dirs []string) (newest string, best results.Run) {
	complete := func(r results.Run) int {
		if r.Status == results.Complete {
			return 1
		}
		return 0
	}
	for _, dir := range dirs {
		r, err := results.Read(dir)
		if err != nil {
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
func readSides(sides []side, stdin io.Reader) (*series.Data, error) {
	var paths []string
	for _, s := range sides {
		if !s.again {
			paths = append(paths, s.path)
		}
	}
	read, err := input.Read(paths, stdin)
	if err != nil {
		return nil, err
	}
	generous()
	out := &series.Data{Warnings: read.Warnings}
	for _, s := range sides {
		for _, source := range read.Sources {
			if filepath.Clean(source.Path) != filepath.Clean(s.path) {
				continue
			}
			if s.label != "" {
				source.Label = input.Printable(s.label) + suffix(source)
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
