// Package run is the report command: flags in, summary and pages out. The
// commands of report and bench both call it.
package run

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"conpar/report/input"
	"conpar/report/series"
)

// The exit codes.
const (
	Fine     = 0
	Refuted  = 1 // a claim, with -strict
	BadInput = 2 // or usage; or part of the input was left out, though a report was made of the rest
	IO       = 3
)

// Errors that are no failure to read or to write.
var (
	errUsage     = errors.New("wrong usage")
	errRefuted   = errors.New("refuted")              // a claim, with -strict
	errRegressed = errors.New("confirmed regression") // a cell is worse, with -strict

	// errPart says, after the report, that it does not cover all the input.
	errPart = fmt.Errorf("%w: part of it was left out or is missing, as listed above; the report is made of the rest",
		input.ErrBadInput)
)

// codeOf is the only place that turns errors into exit codes. Bad input goes
// before a refutation: a script may not act on a verdict on part of the input.
func codeOf(err error) int {
	switch {
	case err == nil:
		return Fine
	case errors.Is(err, errUsage), errors.Is(err, input.ErrBadInput):
		return BadInput
	case errors.Is(err, errRefuted), errors.Is(err, errRegressed), errors.Is(err, errBelow):
		return Refuted
	}
	return IO
}

// command is what report does under one name.
type command interface {
	declare(set *flag.FlagSet)     // its own flags
	check() error                  // whether flags and paths are good
	run(ctx context.Context) error // after check
}

// common is what commands have in common: the flags that all or most of them
// take, the paths behind the flags, and the standard streams.
type common struct {
	format, out    string
	formats        []string // that the command can print
	paths          []string
	stdin          io.Reader
	stdout, stderr io.Writer
}

// newCommand returns the command that the first argument names, or else the
// report on runs, and the arguments that are left.
func newCommand(c *common, args []string) (cmd command, name string, rest []string) {
	if len(args) > 0 {
		switch args[0] {
		case "compare":
			cmd = &compareCommand{common: c}
		case "fleet":
			cmd = &fleetCommand{common: c}
		case "index":
			cmd = &indexCommand{common: c}
		case "scale":
			cmd = &scaleCommand{common: c}
		case "timeline":
			cmd = &timelineCommand{common: c}
		}
	}
	if cmd == nil {
		return &reportCommand{common: c}, "report", args
	}
	return cmd, "report " + args[0], args[1:]
}

// Run is the command. It returns the exit code. When ctx ends while charts are
// drawn, nothing of a page is written.
func Run(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer, args []string) int {
	defer frugal()()
	c := &common{format: "text", stdin: stdin, stdout: stdout, stderr: stderr}
	cmd, name, args := newCommand(c, args)
	err := c.parse(cmd, name, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, err = io.WriteString(stdout, help(name, len(c.paths) > 0 && c.paths[0] == "full"))
	case err != nil:
		err = fmt.Errorf("%w: %w (%s -h shows the usage)", errUsage, err, name)
	default:
		err = cmd.run(ctx)
	}
	if err != nil {
		fmt.Fprintf(stderr, "%s: %s\n", name, input.Printable(err.Error()))
	}
	return codeOf(err)
}

// parse reads the flags of a command, and checks them.
func (c *common) parse(cmd command, name string, args []string) error {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&c.out, "o", "", "")
	cmd.declare(set)
	err := set.Parse(args)
	c.paths = set.Args() // after -h: what is asked about
	if err != nil {
		return err
	}
	if c.formats != nil && !slices.Contains(c.formats, c.format) {
		return fmt.Errorf("-format %q: choose one of %s", c.format, strings.Join(c.formats, ", "))
	}
	return cmd.check()
}

// declareFormat declares the flag -format of a command, which can print these.
func (c *common) declareFormat(set *flag.FlagSet, formats ...string) {
	c.formats = formats
	set.StringVar(&c.format, "format", c.format, "")
}

//go:embed help/*.txt
var helpFiles embed.FS

// help returns what a command says of itself: one screen, or all.
func help(name string, full bool) string {
	text, err := helpFiles.ReadFile("help/" + name[strings.LastIndex(name, " ")+1:] + ".txt")
	if err != nil {
		panic(err) // a command without a text
	}
	screen, rest, cut := strings.Cut(string(text), "\n---\n")
	switch {
	case !cut:
		return screen
	case full:
		return screen + "\n\n" + rest
	}
	return fmt.Sprintf("%s\n\n%s -h full has the rest: more flags, formats, exit codes.\n", screen, name)
}

// warn prints what could not be read, or is doubtful.
func (c *common) warn(data *series.Data) {
	for _, w := range data.Warnings {
		where := ""
		if w.File != "" {
			where = w.File + ": "
		}
		if w.Line > 0 {
			where = fmt.Sprintf("%s:%d: ", w.File, w.Line)
		}
		fmt.Fprintln(c.stderr, "report: "+input.Printable(where+w.Text))
	}
}

// partial returns an error if part of the input had to be left out.
func partial(data *series.Data) error {
	if slices.ContainsFunc(data.Warnings, func(w series.Warning) bool { return w.Lost }) {
		return errPart
	}
	return nil
}

// color says whether w shows colours and its user wants them (no-color.org).
func color(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
