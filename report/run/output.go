package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/series"
	"conpar/results/atomicfile"
)

// output is what a command makes of its data: a page, if there is a folder for
// it, and what goes to stdout.
type output struct {
	dir   string // "": no page
	name  string // of the page in messages: "report"
	flag  string // which says where the page goes; "": -o
	main  string // the file of the page that a reader opens
	files func(context.Context) ([]page.File, error)
	print map[string]func(io.Writer) error // by format
}

// sheet is a page of its own kind, which says the same in every format.
type sheet interface {
	Files(context.Context) ([]page.File, error)
	WriteTerminal(w io.Writer, color bool) error
	Markdown() string
	WriteCSV(io.Writer) error
	WriteJSON(io.Writer) error
	Annotations() []page.Annotation
	Comment() string
	WriteBencher(io.Writer) error
}

// reportFormats are what a report can be printed in, and sheetFormats what a [sheet] can.
var (
	reportFormats = []string{"text", "markdown", "csv", "json"}
	sheetFormats  = []string{"text", "markdown", "csv", "json", "github", "bencher"}
)

func (c *common) sheet(s sheet, main string) output {
	return output{
		dir: c.out, name: "page", main: main, files: s.Files,
		print: map[string]func(io.Writer) error{
			"text": func(w io.Writer) error { return s.WriteTerminal(w, color(w)) },
			"markdown": func(w io.Writer) error {
				_, err := io.WriteString(w, s.Markdown())
				return err
			},
			"csv":     s.WriteCSV,
			"json":    s.WriteJSON,
			"bencher": s.WriteBencher,
			"github":  func(w io.Writer) error { return c.github(w, s) },
		},
	}
}

// publish writes both. Neither of the two keeps the other from being made. Its
// error is [errPart] where both were, of a part of the input.
func (c *common) publish(ctx context.Context, data *series.Data, o output) error {
	var failed error
	if o.dir != "" {
		if failed = o.writePage(ctx); failed != nil {
			failed = fmt.Errorf("writing the %s (%s DIR puts it elsewhere): %w", o.name, cmp.Or(o.flag, "-o"), failed)
		}
	}
	if err := o.print[c.format](c.stdout); err != nil || failed != nil {
		return errors.Join(failed, err)
	}
	if o.dir != "" && c.format == "text" { // or stdout is data
		main := filepath.Join(o.dir, filepath.FromSlash(o.main))
		if _, err := fmt.Fprintf(c.stdout, "\nThe %s: %s\n", o.name, input.Printable(main)); err != nil {
			return err
		}
	}
	return partial(data)
}

// writePage writes the page into its folder. Everything is prepared before the
// first file is touched. Then each file is replaced in one step, the page itself
// last, so that at any moment a reader has the old page or the new one, and
// neither refers to a chart that is not there. Charts of an earlier page that
// are no longer drawn go at the very end.
func (o output) writePage(ctx context.Context) error {
	if info, err := os.Stat(o.dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is not a folder", o.dir) // before the work of drawing
	}
	files, err := o.files(ctx)
	if err != nil {
		return err
	}
	return o.replace(ctx, files)
}

// charts is the folder of a page's charts, within the page's own.
const charts = "charts"

// patience is how long a process that writes a page waits for another one that
// does.
const patience = time.Minute

// replace replaces the files of a folder one by one, and removes the charts that an
// earlier page had and this one has not, but no files of others. Of two that do so at
// once, one waits for the other. Until the end the list has the old files and the new
// ones, so that those of a writer that was killed are known too.
func (o output) replace(ctx context.Context, files []page.File) error {
	for _, f := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(o.dir, filepath.FromSlash(f.Name))), 0o777); err != nil {
			return err
		}
	}
	lock := flock.New(o.dir, flock.SetFlag(os.O_RDONLY))
	defer lock.Close()
	soon, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	locked, _ := lock.TryLockContext(soon, 20*time.Millisecond)
	if soon.Err() != nil {
		busy := fmt.Errorf("%s: another process is writing a page there; wait for it to end", o.dir)
		return errors.Join(ctx.Err(), busy)
	}
	list := filepath.Join(o.dir, filepath.FromSlash(listOf(o.main)))
	now := sumsOf(files)
	old, err := o.old(list, now)
	if err != nil {
		return err
	}
	all := old.with(now)
	if locked { // a folder cannot be, on Windows: what is a part there may be in use
		ours := func(name string) bool { return all[name] != nil || name == listOf(o.main) }
		if err := removeParts(o.dir, ours); err != nil {
			return err
		}
	}
	if err := all.write(list); err != nil {
		return err
	}
	for _, f := range files {
		if err := atomicfile.Write(filepath.Join(o.dir, filepath.FromSlash(f.Name)), f.Data); err != nil {
			return err
		}
	}
	if err := old.removeStale(o.dir, now); err != nil {
		return err
	}
	return now.write(list)
}

// removeParts removes what is left of files that were being replaced when a
// process was killed.
func removeParts(dir string, ours func(name string) bool) error {
	for _, within := range []string{"", charts} {
		oursWithin := func(name string) bool { return ours(path.Join(within, name)) }
		err := atomicfile.RemoveParts(filepath.Join(dir, within), oursWithin)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
