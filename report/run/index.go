package run

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/series"
	"conpar/results/atomicfile"
	"conpar/results/rundir"
)

// indexCommand is report index. Its -o names a file, and nothing beside that is
// written.
type indexCommand struct{ *common }

func (c *indexCommand) declare(*flag.FlagSet) {}

func (c *indexCommand) check() error {
	if len(c.paths) == 0 {
		c.paths = []string{"results"}
	}
	if c.out == "" {
		if info, err := os.Stat(c.paths[0]); len(c.paths) > 1 || err == nil && !info.IsDir() {
			return fmt.Errorf("-o FILE must say where the page goes: %s is not the only path, or is no folder",
				c.paths[0])
		}
		c.out = filepath.Join(c.paths[0], page.IndexFile)
	}
	return nil
}

func (c *indexCommand) run(context.Context) error {
	data, err := input.Read(c.paths, c.stdin)
	if err != nil {
		return err
	}
	c.warn(data)
	pages, err := pagesFrom(filepath.Dir(c.out), data)
	if err != nil {
		return err
	}
	if len(pages) == 0 {
		return fmt.Errorf("%w: there is no run of this suite in %v (go run ./bench makes one)",
			input.ErrBadInput, c.paths)
	}
	if err := oursOrNone(c.out); err != nil {
		return err
	}
	html, err := page.New(data).Index(pages)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(c.out, html); err != nil {
		return fmt.Errorf("writing the page (-o FILE puts it elsewhere): %w", err)
	}
	if _, err := fmt.Fprintf(c.stdout, "%d runs: %s\n", len(pages), input.Printable(c.out)); err != nil {
		return err
	}
	return partial(data)
}

// pagesFrom returns, for each run, where its page is as seen from a folder; ""
// where it has none.
func pagesFrom(dir string, data *series.Data) (map[string]string, error) {
	from, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	pages := map[string]string{}
	for _, s := range data.Sources {
		if s.Run == nil {
			continue
		}
		pages[s.Label] = ""
		path, err := filepath.Abs(filepath.Join(s.Path, rundir.ReportDir, page.Main))
		if err != nil {
			return nil, err
		}
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			continue
		}
		if relative, err := filepath.Rel(from, path); err == nil {
			pages[s.Label] = filepath.ToSlash(relative)
		}
	}
	return pages, nil
}
