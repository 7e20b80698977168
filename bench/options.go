package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"conpar/bench/suite"
	reportrun "conpar/report/run"
	"conpar/results"
	"conpar/results/lazy"
)

// options are the flags, checked.
type options struct {
	profile   suite.Profile
	machine   string
	rounds    int // 0: as many as the looks ask for
	seed      uint64
	work      *regexp.Regexp // nil: the profile's workloads
	procs     []int
	budget    time.Duration
	taste     bool // the claims that say most, in half a minute
	version   bool
	list      bool
	dryRun    bool
	resume    string // a run's folder
	add       string // a run's folder
	force     bool
	repeat    bool
	report    bool
	out       string
	like      string   // a run's folder; "" choose, "none"
	precision float64  // half an interval over its gain; 0: not asked for
	rest      []string // what follows -h
}

// Larger numbers of rounds and of GOMAXPROCS are typing errors.
const (
	maxRounds = 10_000
	maxProcs  = 4096
)

// parse reads and checks the flags. Its error is [flag.ErrHelp] or one of usage.
func parse(args []string) (options, error) {
	o := options{profile: suite.Quick, out: "results"}
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Func("profile", "", o.setProfile)
	fs.Func("work", "", o.setWork)
	fs.Func("precision", "", o.setPrecision)
	fs.StringVar(&o.like, "like", "", "")
	fs.BoolVar(&o.version, "version", false, "")
	fs.BoolVar(&o.list, "list", false, "")
	fs.BoolVar(&o.taste, "taste", false, "")
	o.declareRounds(fs)
	err := fs.Parse(args)
	o.rest = fs.Args()
	if err != nil {
		return o, err
	}
	if len(o.rest) > 0 {
		return o, fmt.Errorf("%q is not a flag; bench takes flags only", o.rest[0])
	}
	o.drawSeed()
	if o.taste && o.rounds == 0 {
		o.rounds = tasteRounds
	}
	return o, cmp.Or(checkTaste(fs), checkCombination(fs))
}

// declareRounds declares the flags of everything that is measured in rounds.
func (o *options) declareRounds(fs *flag.FlagSet) {
	fs.Func("cpu", "", o.setProcs)
	fs.Func("machine", "", o.setMachine)
	fs.Func("rounds", "", o.setRounds)
	fs.Func("budget", "", o.setBudget)
	fs.Func("out", "", folder(&o.out))
	fs.Func("resume", "", folder(&o.resume))
	fs.Func("add", "", folder(&o.add))
	fs.Uint64Var(&o.seed, "seed", 0, "")
	fs.BoolVar(&o.dryRun, "dry-run", false, "")
	fs.BoolVar(&o.force, "force", false, "")
	fs.BoolVar(&o.repeat, "repeat", true, "")
	fs.BoolVar(&o.report, "report", true, "")
}

func (o *options) drawSeed() {
	if o.seed == 0 {
		o.seed = uint64(rand.Uint32()) // short enough to be typed again
	}
}

// tasteRounds is the number of rounds of -taste: few lines could be decided by 10, and
// two may then be disturbed.
const tasteRounds = 12

// checkTaste refuses what picks cells beside -taste, which has its own.
func checkTaste(fs *flag.FlagSet) error {
	set := givenFlags(fs)
	for _, name := range []string{"work", "profile", "cpu", "list", "precision"} {
		if set["taste"] && set[name] {
			return fmt.Errorf("-taste has its own cells, so -%s cannot be given; leave one of them out", name)
		}
	}
	return nil
}

// checkCombination refuses flags that describe a new run beside -resume and
// -add, whose run has its plan already.
func checkCombination(fs *flag.FlagSet) error {
	describesRun := []string{
		"profile", "cpu", "seed", "machine", "out", "list", "dry-run", "precision", "taste", "like",
	}
	set := givenFlags(fs)
	mode := "resume"
	if set["resume"] {
		describesRun = append(describesRun, "add", "work", "rounds")
	} else if set["add"] {
		mode = "add"
	} else if set["force"] {
		return errors.New("-force needs -resume or -add")
	} else {
		return nil
	}
	for _, name := range describesRun {
		if set[name] {
			return fmt.Errorf("-%s continues a run whose plan is fixed, so -%s cannot be given", mode, name)
		}
	}
	return nil
}

func folder(name *string) func(string) error {
	return func(text string) error {
		if text == "" {
			return errors.New("the folder has no name")
		}
		*name = text
		return nil
	}
}

func (o *options) setProfile(text string) error {
	o.profile = suite.Profile(text)
	if !slices.Contains([]suite.Profile{suite.Quick, suite.Full, suite.Practice}, o.profile) {
		return errors.New("use quick, full or practice")
	}
	return nil
}

func (o *options) setWork(text string) (err error) {
	if text != "" {
		o.work, err = suite.ParseWork(text)
	}
	return err
}

func (o *options) setProcs(list string) error {
	if list == "" {
		return nil
	}
	for part := range strings.SplitSeq(list, ",") {
		p, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || p < 1 || p > maxProcs {
			return fmt.Errorf("%q is not a number from 1 to %d", part, maxProcs)
		}
		o.procs = append(o.procs, p)
	}
	slices.Sort(o.procs)
	o.procs = slices.Compact(o.procs)
	return nil
}

// A machine's alias becomes the name of a folder and a configuration line.
// Some names are devices on Windows, in every folder.
var (
	plainName  = lazy.Regexp(`^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$`)
	deviceName = lazy.Regexp(`^(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])$`)
)

func (o *options) setMachine(name string) error {
	if !plainName().MatchString(name) || deviceName().MatchString(name) {
		return errors.New("use 1 to 63 letters, digits, - and _, a letter or digit first, and no Windows device")
	}
	o.machine = name
	return nil
}

func (o *options) setRounds(text string) (err error) {
	o.rounds, err = strconv.Atoi(text)
	if err != nil || o.rounds < 1 || o.rounds > maxRounds {
		return fmt.Errorf("use a number from 1 to %d", maxRounds)
	}
	return nil
}

func (o *options) setBudget(text string) (err error) {
	o.budget, err = time.ParseDuration(text)
	if err != nil || o.budget < 0 {
		return errors.New("use a duration such as 45s or 10m")
	}
	return nil
}

func (o *options) setPrecision(text string) error {
	number, percent := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !percent || !(v >= 0.1 && v <= 100) {
		return errors.New("use a percentage from 0.1% to 100%, such as 3%")
	}
	o.precision = v / 100
	return nil
}

// defaultRounds is the number of rounds where no looks end a run.
const defaultRounds = 16

// looks returns the numbers of rounds after which a run checks its results; none if
// -rounds alone says how many there are. -precision takes -rounds as the first look.
func (o *options) looks(cpus int, pinned bool, cells []results.Cell) []int {
	switch {
	case o.rounds == 0:
		return reportrun.Looks(cpus, pinned, o.profile == suite.Practice, cells)
	case o.precision > 0:
		return []int{o.rounds, 2 * o.rounds, 4 * o.rounds}
	}
	return nil
}
