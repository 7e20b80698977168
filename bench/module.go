package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"conpar/bench/internal/host"
	"conpar/bench/internal/round"
	"conpar/bench/internal/sides"
	"conpar/bench/suite"
	reportrun "conpar/report/run"
	"conpar/results"
	"conpar/results/gotest"
	"conpar/results/rundir"
)

// testOptions are the flags that bench test has for itself, checked.
type testOptions struct {
	bench     string
	benchTime time.Duration
	timeout   time.Duration // of a sample
	specs     []sides.Spec
	packages  []string
	against   bool
	margin    string // as it was written
	strict    bool
	floors    []string // as they were written
	format    string
	pprof     bool
	together  *bool           // nil: where processes start slowly
	given     map[string]bool // flags
}

// parseTest reads and checks the flags and packages of bench test. Its error is
// [flag.ErrHelp] or one of usage.
func parseTest(args []string) (options, testOptions, error) {
	var o options
	t := testOptions{bench: ".", benchTime: 100 * time.Millisecond, timeout: time.Minute, margin: "3%", format: "text"}
	fs := flag.NewFlagSet("bench test", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	o.declareRounds(fs)
	t.declare(fs)
	err := fs.Parse(args)
	o.rest = fs.Args()
	if err != nil {
		return o, t, err
	}
	for _, name := range o.rest {
		if strings.HasPrefix(name, "-") {
			return o, t, fmt.Errorf("%s stands after a package; flags go before the packages", name)
		}
	}
	o.drawSeed()
	t.packages, t.given = o.rest, givenFlags(fs)
	if len(t.packages) == 0 {
		t.packages = []string{"."}
	}
	if len(t.specs) == 0 {
		t.specs = sides.One()
	}
	return o, t, cmp.Or(checkResume(fs), sides.Check(t.specs), t.checkVerdicts(fs))
}

// checkVerdicts refuses what only a comparison has, where there is one side.
func (o *testOptions) checkVerdicts(fs *flag.FlagSet) error {
	set := givenFlags(fs)
	for _, name := range []string{"strict", "margin"} {
		if name == "strict" && len(o.floors) > 0 {
			continue
		}
		if set[name] && len(o.specs) == 1 && !set["resume"] && !set["add"] {
			return fmt.Errorf("-%s needs two sides: give -against REV, or -side twice%s", name,
				map[string]string{"strict": "; or a -floor"}[name])
		}
	}
	_, err := reportrun.Fraction(o.margin)
	if err != nil {
		err = fmt.Errorf("-margin %q: %w", o.margin, err)
	}
	return err
}

// givenFlags returns the flags that were given.
func givenFlags(fs *flag.FlagSet) map[string]bool {
	set := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { set[f.Name] = true })
	return set
}

// declare declares the flags that bench test has for itself.
func (o *testOptions) declare(fs *flag.FlagSet) {
	fs.Func("bench", "", o.setBench)
	fs.Func("benchtime", "", duration(&o.benchTime))
	fs.Func("timeout", "", duration(&o.timeout))
	fs.Func("side", "", o.addSide)
	fs.Func("against", "", o.setAgainst)
	fs.StringVar(&o.margin, "margin", o.margin, "")
	fs.BoolVar(&o.strict, "strict", false, "")
	fs.Func("floor", "", o.addFloor)
	fs.Func("format", "", o.setFormat)
	fs.BoolVar(&o.pprof, "pprof", false, "")
	fs.BoolFunc("together", "", o.setTogether)
}

func (o *testOptions) setTogether(text string) error {
	on, err := strconv.ParseBool(text)
	o.together = &on
	return err
}

func (o *testOptions) setFormat(text string) error {
	o.format = text
	if !slices.Contains([]string{"text", "markdown", "csv", "json", "github", "bencher"}, text) {
		return errors.New("use text, markdown, csv, json, github or bencher")
	}
	return nil
}

func (o *testOptions) addFloor(text string) error {
	o.floors = append(o.floors, text)
	return reportrun.CheckFloors([]string{text}, nil)
}

// checkFloors looks before the first sample whether all floors are of benchmarks that
// a plan has.
func (o *testOptions) checkFloors(plan results.Plan) error {
	packages := map[string]bool{}
	measured := map[string][]int{}
	var all []gotest.Benchmark
	for _, c := range plan.Cells {
		if b, err := gotest.ParseBenchmark(c.Cell); err == nil {
			all, packages[b.Package] = append(all, b), true
		}
	}
	for _, b := range all {
		name := strings.TrimPrefix(b.Name, "Benchmark")
		if len(packages) > 1 { // as the report has it
			name = b.Package + ": " + name
		}
		measured[name] = append(measured[name], b.Procs)
	}
	for _, procs := range measured {
		slices.Sort(procs)
	}
	return reportrun.CheckFloors(o.floors, measured)
}

func (o *testOptions) addSide(text string) error {
	s, err := sides.ParseSpec(text)
	o.specs = append(o.specs, s)
	return err
}

func (o *testOptions) setAgainst(rev string) error {
	if rev == "" {
		return errors.New("it names no commit")
	}
	if o.against {
		return errors.New("it is there twice")
	}
	o.against, o.specs = true, append(sides.Against(rev), o.specs...)
	return nil
}

// checkResume refuses what describes a new run beside -resume and -add, whose run has
// its plan already.
func checkResume(fs *flag.FlagSet) error {
	set := givenFlags(fs)
	mode := "resume"
	describesRun := []string{
		"cpu", "seed", "machine", "out", "bench", "benchtime", "timeout", "dry-run", "side", "against", "together",
	}
	switch {
	case set["resume"]:
		describesRun = append(describesRun, "rounds", "add")
	case set["add"]:
		mode = "add"
	case set["force"]:
		return errors.New("-force needs -resume or -add")
	default:
		return nil
	}
	for _, name := range describesRun {
		if set[name] {
			return fmt.Errorf("-%s continues a run whose plan is fixed, so -%s cannot be given", mode, name)
		}
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("-%s continues a run whose plan is fixed, so the package %s cannot be given", mode, fs.Arg(0))
	}
	return nil
}

func (o *testOptions) setBench(text string) error {
	for part := range strings.SplitSeq(text, "/") {
		if _, err := regexp.Compile(part); err != nil {
			return err
		}
	}
	o.bench = text
	return nil
}

func duration(to *time.Duration) func(string) error {
	return func(text string) (err error) {
		if *to, err = time.ParseDuration(text); err != nil || *to <= 0 {
			return errors.New("use a duration such as 100ms or 1m; a number of iterations would change RunParallel")
		}
		return nil
	}
}

// testSession is one call of bench test.
type testSession struct {
	session
	testOptions
}

// testModule measures the benchmarks of the user's module.
func testModule(stdout, stderr io.Writer, args []string) int {
	o, t, err := parseTest(args)
	s := testSession{newSession(o, stdout, stderr), t}
	s.command, s.failed = "bench test", exitUsage
	switch {
	case errors.Is(err, flag.ErrHelp):
		return s.print(testUsage)
	case err != nil:
		return s.fail(exitUsage, "%v (bench test -h explains the flags)", err)
	}
	binary, err := programDigest()
	if err != nil {
		return s.fail(exitIO, "reading this program: %v", err)
	}
	temp, remove, err := tempFolder()
	if err != nil {
		return s.fail(exitIO, "no temporary folder: %v; TMPDIR names another place", err)
	}
	defer remove()
	ctx, stop := untilSignal()
	defer stop()
	cfg := round.Config{
		Machine: host.Facts(o.machine), Binary: binary, Budget: o.budget, Repeat: o.repeat,
		Progress: newProgress(stderr),
	}
	if o.resume+o.add != "" {
		return s.continueTest(ctx, cfg, temp)
	}
	return s.beginTest(ctx, cfg, temp)
}

// beginTest measures a new run.
func (s testSession) beginTest(ctx context.Context, cfg round.Config, temp string) int {
	switch cpus := cfg.Machine.CPUs; {
	case s.procs != nil:
	case len(s.specs) == 1:
		s.procs = suite.Doubling(cpus)
	default:
		s.procs = suite.DefaultProcs(suite.Quick, cpus)
	}
	if s.pprof && len(slices.Compact(slices.Sorted(slices.Values(s.procs)))) < 2 {
		return s.fail(exitUsage, "-pprof compares the smallest with the largest GOMAXPROCS; give two, such as -cpu 1,2")
	}
	if code := s.tryOut(cfg.Machine.Name); code != exitFine {
		return code
	}
	cfg.Timeout = s.timeout
	programs, err := s.build(ctx, cfg, temp, true)
	if err != nil {
		return s.failBuild(ctx, err)
	}
	plan := results.Plan{Profile: "test", Seed: s.seed, Rounds: s.rounds}
	plan.Cells = programs.Plan(s.procs, s.benchTime, cfg.Machine.Available)
	if s.rounds == 0 {
		plan.Looks = reportrun.TestLooks(compared(plan, programs.Sides))
		plan.Rounds = plan.Looks[0]
	}
	reasons := map[string]string{}
	for _, d := range programs.Dropped {
		d.Reason = round.OneLine(errors.New(d.Reason))
		reasons[d.Cell] = d.Reason
		plan.Dropped = append(plan.Dropped, d)
	}
	for _, line := range gotest.LeftOut(reasons) {
		s.say("left out: %s", line)
	}
	if len(plan.Cells) == 0 {
		return s.fail(exitUsage, "no benchmark can be measured; the reasons stand above")
	}
	if err := s.checkFloors(plan); err != nil {
		return s.fail(exitUsage, "%v", err)
	}
	if s.dryRun {
		return s.print(s.previewTest(plan, programs.Sides))
	}
	if cfg.Dir, _, err = runDir(s.out, cfg.Machine.Name, time.Now()); err != nil {
		return s.failDir(s.out, err)
	}
	m := cfg.Machine
	s.say("conpar on %s: %s, %d CPUs used of %d", m.Name, m.CPU, m.CPUs, m.Logical)
	s.say("%s; seed %d", s.summary(plan, programs.Sides), s.seed)
	if short := s.shortBudget(plan); short != "" {
		s.say("%s", short)
	}
	s.sayIdentical(programs.Sides)
	s.sayStarts(programs)
	cfg.Hazards = host.Hazards(m, s.procs)
	s.warnOf(cfg.Hazards)
	cfg.Command, cfg.Look = programs.Command(s.benchTime), s.look(ctx, cfg.Dir)
	if s.pprof {
		cfg.Profile = programs.Profile(s.benchTime)
	}
	r, err := round.RunTest(ctx, cfg, plan, &gotest.Test{
		Packages: s.packages, Bench: s.bench, BenchTime: s.benchTime, Timeout: s.timeout, Sides: programs.Sides,
		Pprof: s.pprof, Margin: s.margin, Strict: s.strict, Floors: s.floors,
	})
	return s.finishTest(ctx, cfg.Dir, r, err)
}

// compared returns how many cells are compared with those of the first side.
func compared(plan results.Plan, built []gotest.Side) (n int) {
	for _, c := range plan.Cells {
		if b, err := gotest.ParseBenchmark(c.Cell); err == nil && b.Side != built[0].Name {
			n++
		}
	}
	return n
}

// look returns how the run in dir is looked at.
func (s testSession) look(ctx context.Context, dir string) func() (results.Look, error) {
	margin, _ := reportrun.Fraction(s.margin) // checked
	return func() (results.Look, error) { return reportrun.LookAtTest(ctx, dir, margin) }
}

// tryOut finds out where the run goes, and whether it can be written there, before it
// takes minutes to build.
func (s *testSession) tryOut(machine string) (code int) {
	if s.dryRun {
		return exitFine
	}
	if s.out == "" {
		var err error
		if s.out, err = defaultOut(); err != nil {
			return s.fail(exitUsage, "no place for the results: %v; name one with -out DIR", err)
		}
	}
	_, undo, err := runDir(s.out, machine, time.Now())
	if err != nil {
		return s.failDir(s.out, err)
	}
	undo() // until there is something to measure
	return exitFine
}

// defaultOut is where runs of bench test go: not into the user's work tree.
func defaultOut() (string, error) {
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "conpar", "runs"), err
}

// build builds the sides, and lists their benchmarks if it is to.
func (s testSession) build(ctx context.Context, cfg round.Config, temp string, list bool) (*sides.Programs, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	p := cfg.Progress
	begun := false
	programs, err := sides.Build(ctx, sides.Request{
		Dir: dir, Temp: temp, Packages: s.packages, Bench: s.bench, Specs: s.specs,
		Procs: slices.Max(append(s.procs, 1)), Timeout: cfg.Timeout, Together: s.together,
		Begin: func(what string, n int) {
			if begun {
				p.End()
			}
			begun = true
			p.Begin(what, n)
		},
		Step: func(done int, which string) { p.Step(done, which, 0) },
	})
	if err == nil && list {
		err = programs.List(ctx)
	}
	if begun {
		p.End()
	}
	return programs, err
}

// failBuild says why there is nothing to measure.
func (s testSession) failBuild(ctx context.Context, err error) int {
	if sig, ok := errors.AsType[signalled](context.Cause(ctx)); ok {
		return s.fail(exitSignal+int(sig.Signal), "%v before the first sample; nothing is kept", sig)
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return s.fail(exitIO, "%v", err)
	}
	return s.fail(exitUsage, "%v", err)
}

// finishTest is finish with the report that fits the number of sides.
func (s testSession) finishTest(ctx context.Context, dir string, r results.Run, err error) int {
	s.reports = func(dir string) []string {
		args := []string{"scale"}
		if len(s.specs) > 1 {
			args = []string{"compare", "-margin", s.margin}
		}
		if s.strict {
			args = append(args, "-strict")
		}
		args = append(args, "-format", s.format)
		for _, floor := range s.floors {
			args = append(args, "-floor", floor)
		}
		return append(args, dir)
	}
	code := s.finish(ctx, dir, r, err)
	if err == nil && r.Actual > 0 {
		s.say("The run: %s", dir)
	}
	return code
}

// summary says how much is measured.
func (s testSession) summary(plan results.Plan, built []gotest.Side) string {
	packages, benchmarks := map[string]bool{}, map[string]bool{}
	for _, c := range plan.Cells {
		if b, err := gotest.ParseBenchmark(c.Cell); err == nil {
			packages[b.Package], benchmarks[b.Package+" "+b.Name] = true, true
		}
	}
	text := fmt.Sprintf("%d benchmarks of %d packages, %d cells, %d rounds, %d samples: about %v",
		len(benchmarks), len(packages), len(plan.Cells), plan.Rounds, plan.Samples(), expected(plan).Round(time.Second))
	if n := len(plan.Looks); n > 0 {
		last := plan.Looks[n-1]
		text += fmt.Sprintf(", and up to %d rounds of what is undecided then, at most %v in all", last,
			(expected(plan) * time.Duration(last) / time.Duration(plan.Rounds)).Round(time.Second))
	}
	if s.pprof {
		of := &gotest.Test{BenchTime: s.benchTime, Sides: built}
		text += fmt.Sprintf("; then profiles, about %v",
			round.ProfileTime(plan, of, sides.ProfileTime).Round(time.Second))
	}
	return text
}

// expected is about how long all samples of a plan will take.
func expected(plan results.Plan) (sum time.Duration) {
	for _, c := range plan.Cells {
		sum += c.Expect
	}
	return sum * time.Duration(plan.Rounds)
}

// previewTest returns the list of the cells and the time that they will take.
func (s testSession) previewTest(plan results.Plan, built []gotest.Side) string {
	w := &strings.Builder{}
	for _, c := range plan.Cells {
		fmt.Fprintln(w, c.Cell)
	}
	fmt.Fprintln(w, s.summary(plan, built))
	if short := s.shortBudget(plan); short != "" {
		fmt.Fprintln(w, short)
	}
	return w.String()
}

// How many rounds an interval needs, and a verdict on what differs between sides.
const forInterval, forVerdict = 6, 10

// shortBudget says how many rounds the budget is enough for, if it is not for all; else "".
func (s testSession) shortBudget(plan results.Plan) string {
	total := expected(plan)
	if s.budget <= 0 || total <= s.budget {
		return ""
	}
	round := total / time.Duration(plan.Rounds)
	n := int(s.budget / round)
	says := fmt.Sprintf("The budget of %v is enough for about %d of %d rounds.", s.budget, n, plan.Rounds)
	what, needs := "An interval", forInterval
	if len(s.specs) > 1 {
		what, needs = "A verdict", forVerdict
	}
	if n < needs {
		says += fmt.Sprintf(" %s needs %d: choose fewer benchmarks with -bench or -cpu, or give -budget %v.",
			what, needs, max(time.Second, (round*time.Duration(needs)*11/10).Round(time.Second)))
	}
	return says
}

// sayStarts says where processes take longer to start than to measure, and which
// benchmarks share one.
func (s testSession) sayStarts(programs *sides.Programs) {
	starts, shared := programs.Starts(), programs.Shared()
	for _, name := range slices.Sorted(maps.Keys(starts)) {
		start := starts[name]
		took := fmt.Sprintf("Starting %s takes %v, and a sample measures %v, so most of the time is for starting (a slow TestMain or init?). ",
			name, start.Round(time.Millisecond), s.benchTime)
		switch {
		case slices.Contains(shared, name) && s.together == nil:
			s.say("%sIts benchmarks share a process in each round and side; -together=false starts one for each sample.", took)
		case !slices.Contains(shared, name) && start > s.benchTime:
			s.say("%s-together shares a process in each round and side; a longer -benchtime wastes less time, too.",
				took)
		}
	}
	if len(shared) > 0 {
		s.say("What is known of whole processes only (CPUs busy, context switches, page faults, memory) is left out " +
			"where several benchmarks share one.")
	}
}

// sayIdentical says what is not measured because nothing can differ.
func (s testSession) sayIdentical(all []gotest.Side) {
	for _, side := range all {
		if len(side.Identical) > 0 && !side.Copy {
			s.say("identical on %s and %s, not measured but for controls: %s",
				all[0].Name, side.Name, strings.Join(side.Identical, ", "))
		}
	}
	if gotest.Unchanged(all) {
		s.say("nothing changed: every test binary is the same on all sides")
	}
}

// judgeAgain takes over what a run was to be judged by, where no flag says otherwise now.
func (s *testSession) judgeAgain(t *gotest.Test) {
	if !s.given["margin"] {
		s.margin = cmp.Or(t.Margin, s.margin)
	}
	s.strict = s.strict || t.Strict && !s.given["strict"]
	if !s.given["floor"] {
		s.floors = t.Floors
	}
}

// continueTest completes the run that -resume names, or adds rounds to that of -add: it
// builds the sides anew, which must give the same bytes.
func (s testSession) continueTest(ctx context.Context, cfg round.Config, temp string) int {
	cfg.Dir = s.resume + s.add // one of them is empty
	run, err := rundir.Read(cfg.Dir)
	if err != nil {
		return s.fail(exitForReadError(err), "%v", err)
	}
	if run.Test == nil {
		return s.fail(exitUsage, "%s is a run of the suite; bench -resume %s continues it", cfg.Dir, cfg.Dir)
	}
	t := run.Test
	s.judgeAgain(t)
	if err := s.checkFloors(run.Plan); err != nil {
		return s.fail(exitUsage, "%v", err)
	}
	plan, err := s.planToContinue(run)
	if err != nil {
		return s.fail(exitUsage, "%v", err)
	}
	s.packages, s.bench, s.benchTime, cfg.Timeout = t.Packages, t.Bench, t.BenchTime, t.Timeout
	s.specs = sides.Again(t.Sides)
	programs, err := s.build(ctx, cfg, temp, false)
	if err != nil {
		return s.failBuild(ctx, err)
	}
	changed := append(run.Changed(cfg.Machine, cfg.Binary), programs.Changed(t.Sides)...)
	if len(changed) > 0 && !s.force {
		return s.failChanged(cfg.Dir, changed)
	}
	cfg.Command, cfg.Look = programs.Command(t.BenchTime), s.look(ctx, cfg.Dir)
	if s.pprof || t.Pprof {
		cfg.Profile = programs.Profile(t.BenchTime)
	}
	s.sayMissing(cfg.Dir, run, plan)
	r, err := round.Resume(ctx, cfg, change(run, plan, changed))
	if errors.Is(err, rundir.ErrBusy) {
		return s.fail(exitUsage, "%v; wait for it to end", err)
	}
	return s.finishTest(ctx, cfg.Dir, r, err)
}
