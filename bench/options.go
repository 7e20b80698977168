package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"conpar/bench/internal/round"
	"conpar/bench/suite"
	"conpar/results"
	"conpar/workloads"
)

// options are the flags, checked.
type options struct {
	profile suite.Profile
	machine string
	rounds  int
	seed    uint64
	work    *regexp.Regexp
	procs   []int
	budget  time.Duration
	list    bool
	dryRun  bool
	resume  string // a run's folder
	add     string // a run's folder
	force   bool
	repeat  bool
	report  bool
	out     string
	like    string // a run's folder; "" choose, "none"
	// adaptive runs look at what they have; precision, a share, is 0 where none
	// is asked for.
	adaptive  bool
	precision float64
}

// parse reads the flags. done says that there is nothing left to do but exit
// with code.
func parse(stdout, stderr io.Writer, args []string) (o options, code int, done bool) {
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	profile := fs.String("profile", "quick", "")
	work := fs.String("work", "", "")
	cpus := fs.String("cpu", "", "")
	fs.Func("machine", "", o.setMachine)
	fs.IntVar(&o.rounds, "rounds", 16, "")
	fs.Uint64Var(&o.seed, "seed", 0, "")
	fs.DurationVar(&o.budget, "budget", 0, "")
	fs.BoolVar(&o.list, "list", false, "")
	fs.BoolVar(&o.dryRun, "dry-run", false, "")
	fs.StringVar(&o.resume, "resume", "", "")
	fs.StringVar(&o.add, "add", "", "")
	fs.BoolVar(&o.force, "force", false, "")
	fs.BoolVar(&o.repeat, "repeat", true, "")
	fs.BoolVar(&o.report, "report", true, "")
	fs.BoolVar(&o.adaptive, "adaptive", false, "")
	fs.Func("precision", "", o.setPrecision)
	fs.StringVar(&o.out, "out", "results", "")
	fs.StringVar(&o.like, "like", "", "")
	version := fs.Bool("version", false, "")
	err := fs.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, help(fs.Args()))
		return o, exitFine, true
	}
	if *version {
		fmt.Fprintln(stdout, built())
		return o, exitFine, true
	}
	if err == nil {
		err = o.check(fs.Args(), *profile, *work, *cpus)
	}
	if err == nil {
		err = checkTogether(fs)
	}
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v (bench -h shows the flags)\n", err)
		return o, exitUsage, true
	}
	return o, exitFine, false
}

// A machine's alias becomes the name of a folder and a configuration line.
// Some names are devices on Windows, whatever the folder.
var (
	plainName  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$`)
	deviceName = regexp.MustCompile(`^(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])$`)
)

func (o *options) setMachine(name string) error {
	if !plainName.MatchString(name) || deviceName.MatchString(name) {
		return errors.New("1 to 63 letters, digits, - and _ only, no - or _ first, and no device of Windows")
	}
	o.machine = name
	return nil
}

func (o *options) check(rest []string, profile, work, cpus string) (err error) {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("%q is no flag; bench takes flags only", rest[0])
	case profile != string(suite.Quick) && profile != string(suite.Full):
		return fmt.Errorf("-profile %q: there are quick and full", profile)
	case o.rounds < 1 || o.rounds > maxRounds:
		return fmt.Errorf("-rounds %d: there are 1 to %d", o.rounds, maxRounds)
	case o.budget < 0:
		return fmt.Errorf("-budget %v: must not be negative", o.budget)
	case o.out == "":
		return errors.New("-out: the folder has no name")
	}
	o.profile = suite.Profile(profile)
	if o.seed == 0 {
		o.seed = uint64(rand.Uint32()) // short enough to be typed again
	}
	if work != "" {
		if o.work, err = regexp.Compile(work); err != nil {
			return fmt.Errorf("-work: %w", err)
		}
	}
	if cpus != "" {
		o.procs, err = parseProcs(cpus)
	}
	return err
}

// setPrecision reads "3%".
func (o *options) setPrecision(text string) error {
	number, percent := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !percent || !(v >= 0.1 && v <= 100) {
		return errors.New("a percentage from 0.1% to 100% is expected, such as 3%")
	}
	o.precision, o.adaptive = v/100, true
	return nil
}

// looks returns after how many rounds the run looks at what it has.
func (o *options) looks() []int {
	if !o.adaptive {
		return nil
	}
	return slices.Compact([]int{o.rounds, o.rounds + (o.rounds+1)/2, 2 * o.rounds})
}

// checkTogether refuses flags that say nothing about a run whose plan is
// fixed already.
func checkTogether(fs *flag.FlagSet) error {
	fixed := map[string][]string{
		"resume": {"add", "profile", "work", "cpu", "rounds", "seed", "machine", "out", "list", "dry-run", "adaptive", "precision", "like"},
		"add":    {"profile", "cpu", "seed", "machine", "out", "list", "dry-run", "adaptive", "precision", "like"},
	}
	set := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { set[f.Name] = true })
	if set["force"] && !set["resume"] && !set["add"] {
		return errors.New("-force is for -resume and -add")
	}
	for mode, others := range fixed {
		for _, name := range others {
			if set[mode] && set[name] {
				return fmt.Errorf("-%s goes on with a run whose plan is fixed, so -%s cannot be given", mode, name)
			}
		}
		if set[mode] && fs.Lookup(mode).Value.String() == "" {
			return fmt.Errorf("-%s: the folder has no name", mode)
		}
	}
	return nil
}

// maxRounds bounds the rounds: a day's work, and then a typing error.
const maxRounds = 10_000

// maxProcs bounds GOMAXPROCS: far beyond any machine, it is a typing error.
const maxProcs = 4096

func parseProcs(list string) ([]int, error) {
	var procs []int
	for part := range strings.SplitSeq(list, ",") {
		p, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || p < 1 || p > maxProcs {
			return nil, fmt.Errorf("-cpu %s: %q is no GOMAXPROCS between 1 and %d", list, part, maxProcs)
		}
		procs = append(procs, p)
	}
	slices.Sort(procs)
	return slices.Compact(procs), nil
}

// list prints the workloads behind the cells.
func list(w io.Writer, cells []suite.Planned) error {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	t.AppendHeader(table.Row{"workload", "predicted", "what one task does"})
	seen := ""
	for _, c := range cells {
		if c.Series() != seen {
			seen = c.Series()
			t.AppendRow(table.Row{seen, c.Workload.Kind, c.Workload.Doc})
		}
	}
	t.SetColumnConfigs([]table.ColumnConfig{{Number: 3, WidthMax: 46, WidthMaxEnforcer: text.WrapSoft}})
	_, err := fmt.Fprintf(w, "%s\n%d cells. -work picks workloads by a regular expression on the first column.\n", t.Render(), len(cells))
	return err
}

// dryRun prints the cells and the time that they will take.
func dryRun(out io.Writer, o options, cells []suite.Planned) error {
	w := &strings.Builder{}
	for _, c := range cells {
		weight := ""
		if c.Lesser {
			weight = "  (of lesser weight)"
		}
		fmt.Fprintf(w, "%s%s\n", c, weight)
	}
	n, total := round.Samples(cells, o.rounds)
	fmt.Fprintf(w, "%d cells, %d rounds, %d samples: about %v\n", len(cells), o.rounds, n, total.Round(time.Second))
	if n < len(cells)*o.rounds {
		fmt.Fprintln(w, "Cells of lesser weight, which neither a gain nor a claim needs, are measured in every second round.")
	}
	if o.budget > 0 && total > o.budget {
		fmt.Fprintf(w, "The budget of %v will end it earlier.\n", o.budget)
	}
	_, err := io.WriteString(out, w.String())
	return err
}

// announce says what is going to happen.
func announce(w io.Writer, o options, m results.Machine, cells []suite.Planned) {
	fmt.Fprintf(w, "conpar on %s: %s, %d CPUs used of %d, %s\n", m.Name, m.CPU, m.CPUs, m.Logical, m.Go)
	n, total := round.Samples(cells, o.rounds)
	fmt.Fprintf(w, "%s profile: %d cells, %d rounds, %d samples; about %v; seed %d\n",
		o.profile, len(cells), o.rounds, n, total.Round(time.Second), o.seed)
}

// runDir makes the folder of a new run, so that a folder that can't be written
// is noticed before anything is measured, and nobody else takes it.
func runDir(out, machine string, now time.Time) (string, error) {
	parent := filepath.Join(out, machine)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	stamp := now.UTC().Format("20060102T150405Z")
	dir := filepath.Join(parent, stamp)
	for n := 2; ; n++ {
		if err := os.Mkdir(dir, 0o755); !os.IsExist(err) {
			return dir, err
		}
		dir = filepath.Join(parent, stamp+"-"+strconv.Itoa(n)) // two runs in one second
	}
}

// environment is what the workloads may know of the machine. What they keep,
// programs among it, lies in the user's cache folder; where there is none, or
// none that can be written, in a temporary one that done removes. No other
// folder is looked for: in one that anybody may have made, a planted program
// would be run. Programs by different versions of Go share it: with a file of
// each's own, how that lies in memory would look like a difference between them.
func environment(m results.Machine) (env workloads.Env, done func(), err error) {
	done = func() {}
	dir, err := os.UserCacheDir()
	if err == nil {
		dir = filepath.Join(dir, "conpar")
		err = writable(dir)
	}
	if err != nil {
		if dir, done, err = tempFolder(); err != nil {
			return workloads.Env{}, done, err
		}
	}
	return workloads.Env{Dir: dir, CPUs: m.CPUs, CacheBytes: m.CacheBytes}, done, nil
}

// writable makes the folder, and tries to write in it.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "try-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// digest returns the SHA-256 of this program, which tells whether a run is
// gone on with by the code that began it.
func digest() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
