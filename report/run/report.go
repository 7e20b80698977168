package run

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"conpar/report/claims"
	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/series"
	"conpar/report/words"
	"conpar/results"
	"conpar/results/rundir"
)

// reportCommand is report without the name of another command.
type reportCommand struct {
	*common
	cells    bool
	verdicts bool // and nothing else
	strict   bool
	verbose  bool
	exercise string // the folder of an exercise
}

func (c *reportCommand) declare(set *flag.FlagSet) {
	c.declareFormat(set, reportFormats...)
	set.BoolVar(&c.cells, "cells", false, "")
	set.BoolVar(&c.verdicts, "verdicts", false, "")
	set.BoolVar(&c.strict, "strict", false, "")
	set.BoolVar(&c.verbose, "v", false, "")
	set.StringVar(&c.exercise, "exercise", "", "")
}

func (c *reportCommand) check() error {
	switch {
	case len(c.paths) == 0:
		return errors.New("no PATH was given")
	case c.exercise != "" && (c.cells || c.verdicts || c.strict || c.verbose || c.out != "" || c.format != "text"):
		return errors.New("-exercise goes with no other flag")
	case c.cells && c.format != "text" && c.format != "csv":
		return fmt.Errorf("-cells is for -format text or csv, not %s", c.format)
	case c.verbose && c.format != "text":
		return fmt.Errorf("-v is for -format text; %s has everything", c.format)
	case c.cells && c.verdicts:
		return errors.New("-cells and -verdicts exclude each other")
	}
	return nil
}

func (c *reportCommand) run(ctx context.Context) error {
	data, err := input.Read(c.paths, c.stdin)
	if err != nil {
		return err
	}
	readTraces(data)
	generous(50)
	c.warn(data)
	dir, err := c.pageDir(data)
	if err != nil {
		return err
	}
	r := page.New(data)
	switch {
	case (c.verdicts || c.strict) && r.Judged() == 0:
		return fmt.Errorf("%w: there are no verdicts: they need a run of this suite, in rounds (go run ./bench)",
			input.ErrBadInput)
	case c.verdicts && c.format == "json" && len(data.Sources) > 1:
		return fmt.Errorf("%w: -verdicts as JSON is of one run, and there are %d; "+
			"-format json without -verdicts has those of all",
			input.ErrBadInput, len(data.Sources))
	}
	err = c.publish(ctx, data, c.output(r, dir))
	claims, others := r.Refuted()
	if !c.strict || claims+others == 0 || err != nil && !errors.Is(err, errPart) {
		return err
	}
	refuted := fmt.Errorf("%w: claims %d, definitions and controls %d; see the verdict table",
		errRefuted, claims, others)
	if err != nil {
		return fmt.Errorf("%w; %w", refuted, err)
	}
	return refuted
}

// pageDir returns where the page goes; "" for nowhere.
func (c *reportCommand) pageDir(data *series.Data) (string, error) {
	one := len(data.Sources) == 1
	switch {
	case c.exercise != "" && !one:
		return "", fmt.Errorf("%w: -exercise takes one run, and there are %d", input.ErrBadInput, len(data.Sources))
	case c.exercise != "":
		return c.exercise, nil
	case c.out != "" && !one:
		return "", fmt.Errorf("%w: -o takes one source, and there are %d", input.ErrBadInput, len(data.Sources))
	case c.out != "":
		return c.out, nil
	case one && data.Sources[0].Run != nil && c.format == "text":
		return filepath.Join(data.Sources[0].Path, rundir.ReportDir), nil
	}
	return "", nil
}

func (c *reportCommand) output(r *page.Report, dir string) output {
	first := r.Data.Sources[0].Label
	if c.exercise != "" {
		return exercise(r, first, dir)
	}
	o := output{dir: dir, name: "report", main: page.Main}
	o.files = func(ctx context.Context) ([]page.File, error) { return r.Files(ctx, first) }
	o.print = map[string]func(io.Writer) error{
		"text": func(w io.Writer) error {
			return r.WriteTerminal(w, page.Terminal{
				Color: color(w), Cells: c.cells, Verdicts: c.verdicts, Verbose: c.verbose,
			})
		},
		"markdown": func(w io.Writer) error { return writeMarkdown(w, r, c.verdicts) },
		"csv":      r.WriteCSV,
		"json":     r.WriteJSON,
	}
	switch {
	case c.verdicts:
		o.print["csv"] = r.WriteVerdictsCSV
		o.print["json"] = func(w io.Writer) error { return r.WriteVerdicts(w, first) }
	case c.cells:
		o.print["csv"] = r.WriteCells
	}
	return o
}

// exercise is the output for a class, of one source. Beside the pages, which a reader
// opens, it prints what they are.
func exercise(r *page.Report, source, dir string) output {
	made := false
	return output{
		dir: dir, name: "exercise", flag: "-exercise", main: page.ExerciseMain,
		files: func(context.Context) ([]page.File, error) {
			files, err := r.Exercise(source)
			if errors.Is(err, page.ErrFewQuestions) {
				err = fmt.Errorf("%w: %w", input.ErrBadInput, err)
			}
			made = err == nil
			return files, err
		},
		print: map[string]func(io.Writer) error{"text": func(w io.Writer) error {
			if !made {
				return nil
			}
			_, err := io.WriteString(w, "Exercise with all that was measured left out; questions.html: ten questions; "+
				"key.html: their answers;\nanswers.html: the page with all that was measured.\n")
			return err
		}},
	}
}

// writeMarkdown writes all sources, without charts: their files would not be
// there.
func writeMarkdown(w io.Writer, r *page.Report, verdicts bool) error {
	var texts []string
	for _, s := range r.Data.Sources {
		switch {
		case !verdicts:
			texts = append(texts, r.Markdown(s.Label, nil))
		case len(r.Data.Sources) > 1:
			texts = append(texts, "# "+words.Markdown(words.Sanitize(s.Label))+"\n\n"+r.VerdictSection(s.Label))
		default:
			texts = append(texts, r.VerdictSection(s.Label))
		}
	}
	_, err := io.WriteString(w, strings.Join(texts, "\n"))
	return err
}

// RequiredCells returns the cells that a report needs on a machine with that
// many CPUs, beyond the swept ones; pinned says whether samples can be kept to one
// of them.
func RequiredCells(cpus int, pinned bool) []results.Cell { return claims.RequiredCells(cpus, pinned) }

// PracticeCells returns the cells of the profile "practice".
func PracticeCells(cpus int, pinned bool) []results.Cell { return claims.PracticeCells(cpus, pinned) }

// FewCells returns the cells of the claims that say most, and of the four numbers with
// which a report begins.
func FewCells(cpus int, pinned bool) []results.Cell { return claims.FewCells(cpus, pinned) }
