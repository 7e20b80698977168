package run

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/series"
	"conpar/results"
)

const indexUsage = `Writes one page over all runs of a folder: machines, dates, headline figures, and
the verdicts side by side, with links to the runs' own pages where they have one.

Usage: report index [-o FILE] [DIR…]     (go run ./report index [-o FILE] [DIR…])

  -o FILE  the page, DIR/index.html by default; links are relative to it

Without a DIR it is results.

Examples:
  go run ./report index                      results/index.html
  go run ./report index -o runs.html results/amd-epyc-2cpu other/results

Exit codes of the built binary: 0 fine; 2 bad input or usage, also where part of
the input was left out; 3 input or output.
`

// index is the command report index.
func index(_ context.Context, _ io.Reader, stdout, stderr io.Writer, args []string) error {
	set := flag.NewFlagSet("report index", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	out := set.String("o", "", "")
	if err := set.Parse(args); errors.Is(err, flag.ErrHelp) {
		_, err = io.WriteString(stdout, indexUsage)
		return err
	} else if err != nil {
		return fmt.Errorf("%w: %w (report index -h shows the usage)", input.ErrBadInput, err)
	}
	paths := set.Args()
	if len(paths) == 0 {
		paths = []string{"results"}
	}
	if *out == "" {
		if info, err := os.Stat(paths[0]); len(paths) > 1 || err == nil && !info.IsDir() {
			return fmt.Errorf("%w: -o FILE says where the page goes: it is over several folders, or %s is none", input.ErrBadInput, paths[0])
		}
		*out = filepath.Join(paths[0], page.IndexFile)
	}
	data, err := input.Read(paths, nil)
	if err != nil {
		return err
	}
	warn(stderr, data)
	pages, err := pagesFrom(filepath.Dir(*out), data)
	if err != nil {
		return err
	}
	if len(pages) == 0 {
		return fmt.Errorf("%w: there is no run of this suite in %v (go run ./bench makes one)", input.ErrBadInput, paths)
	}
	text, err := page.New(data).Index(pages)
	if err != nil {
		return err
	}
	if err := results.WriteFile(*out, text); err != nil {
		return fmt.Errorf("writing the page (-o FILE puts it elsewhere): %w", err)
	}
	if _, err := fmt.Fprintf(stdout, "%d runs: %s\n", len(pages), input.Printable(*out)); err != nil {
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
		path, err := filepath.Abs(filepath.Join(s.Path, results.ReportDir, page.Main))
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
