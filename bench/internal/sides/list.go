package sides

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"conpar/results/gotest"
	"conpar/results/lazy"
	"conpar/workloads/child"
)

// leaf is a benchmark without sub-benchmarks.
type leaf struct {
	name  string
	op    time.Duration // of a single op, the first
	start time.Duration // of the process, until its first benchmark
}

// Command returns the process that takes a sample of each of some cells, which are of
// one package on one side.
func (p *Programs) Command(benchTime time.Duration) func(cells ...gotest.Benchmark) *exec.Cmd {
	return func(cells ...gotest.Benchmark) *exec.Cmd {
		b := cells[0]
		s := p.of[slices.IndexFunc(p.of, func(s *side) bool {
			return s.Name == b.Side || s.Name+copyName == b.Side
		})]
		var names, procs []string
		for _, c := range cells {
			var exact []string
			for part := range strings.SplitSeq(c.Name, "/") {
				exact = append(exact, "^"+regexp.QuoteMeta(part)+"$")
			}
			names, procs = append(names, strings.Join(exact, "/")), append(procs, strconv.Itoa(c.Procs))
		}
		return s.command(s.find(b.Package), "-test.bench="+strings.Join(slices.Compact(names), "|"),
			"-test.benchtime="+benchTime.String(), "-test.cpu="+strings.Join(distinct(procs), ","))
	}
}

// distinct returns each text once, in the order in which they first appear.
func distinct(texts []string) (out []string) {
	for _, t := range texts {
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// ProfileTime is how long a profile measures at least: a CPU profile has 100 samples a
// second and CPU.
const ProfileTime = time.Second

// Profile returns the process that takes a profile of a cell, of a kind such as "cpu",
// and the file that it writes.
func (p *Programs) Profile(benchTime time.Duration) func(gotest.Benchmark, string) (*exec.Cmd, string) {
	command, file := p.Command(max(benchTime, ProfileTime)), filepath.Join(p.Temp, "profile.pprof")
	return func(b gotest.Benchmark, kind string) (*exec.Cmd, string) {
		cmd := command(b)
		cmd.Args = append(cmd.Args, "-test."+kind+"profile="+file)
		return cmd, file
	}
}

// command returns a process of a package's binary, in the package's folder, with the
// flags that go test gives it.
func (s *side) command(one *pkg, flags ...string) *exec.Cmd {
	args := append([]string{"-test.paniconexit0", "-test.run=^$", "-test.count=1", "-test.benchmem"}, flags...)
	cmd := exec.Command(one.binary, args...)
	cmd.Dir = one.run
	cmd.Env = append(cmd.Environ(), s.env...)
	return cmd
}

// List lists the benchmarks of all packages, one package after the other. What cannot
// be run is Dropped.
func (p *Programs) List(ctx context.Context) error {
	n := 0
	for _, s := range p.of {
		n += len(s.packages)
	}
	p.Begin("packages listed", n)
	done := 0
	for _, s := range p.of {
		for _, one := range s.packages {
			p.Step(done, one.ImportPath)
			done++
			l := listing{
				side: s, of: one, request: p.Request, found: map[string]time.Duration{}, seen: map[string]bool{},
			}
			l.run(ctx)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			for _, name := range l.order {
				one.leaves = append(one.leaves, leaf{name, l.found[name], l.start})
			}
			for _, f := range l.problems {
				p.drop(strings.TrimSpace(one.ImportPath+" "+f.name), s.Name, f.why, f.skipped)
			}
		}
	}
	return nil
}

// listing is what a run of a single iteration of each benchmark tells.
type listing struct {
	side     *side
	of       *pkg
	request  Request
	start    time.Duration
	order    []string
	found    map[string]time.Duration
	problems []problem
	seen     map[string]bool // top-level benchmarks that began
}

// problem is why a benchmark, or "" all of them, cannot be measured.
type problem struct {
	name    string
	why     error
	skipped bool // by itself
}

// run runs all benchmarks of a package. One that ends the process costs itself only:
// a further process runs those that it did not come to.
func (l *listing) run(ctx context.Context) {
	for ctx.Err() == nil {
		before, problems := maps.Clone(l.seen), len(l.problems)
		out, start, err := l.process(ctx, func(top string) bool { return before[top] })
		if len(before) == 0 {
			l.start = start
		}
		last, running, ended := l.read(out, err)
		switch {
		case ended && len(l.seen) == 0, !ended && err == nil && running == "" && last == "":
			l.add("", errors.New("no benchmark ran, though its files have some: its TestMain may run none"), false)
		case ended && (err == nil || len(l.problems) > problems):
			for _, top := range l.timeless() {
				l.alone(ctx, top)
			}
			l.sort()
		case len(l.seen) == len(before):
			l.add("", err, false)
		case errors.Is(err, errHangs):
			l.add(running, err, false)
			continue
		default:
			// The testing package goes on while a panic ends the process: others may be done
			// by then, and the output does not say whose panic it was.
			began := slices.DeleteFunc(slices.Clone(l.of.functions),
				func(top string) bool { return before[top] || !l.seen[top] })
			for _, top := range began[max(0, len(began)-suspects):] {
				l.alone(ctx, top)
			}
			continue
		}
		return
	}
}

// timeless returns the functions whose benchmarks have a result without a time: of one that
// panics, if the testing package is faster than its panic; of one that leaves its time out;
// and of one that takes none.
func (l *listing) timeless() (tops []string) {
	for _, name := range l.order {
		if top := topOf(name); l.found[name] == 0 && !slices.Contains(tops, top) {
			tops = append(tops, top)
		}
	}
	return tops
}

// sort restores the order of the binary.
func (l *listing) sort() {
	slices.SortStableFunc(l.order, func(a, b string) int {
		return cmp.Compare(slices.Index(l.of.functions, topOf(a)), slices.Index(l.of.functions, topOf(b)))
	})
}

// A process ends with 0 and PASS if the testing package is faster than the panic of its
// last benchmark. So what may have ended one is tried so often by itself.
const (
	suspects = 8
	tries    = 4
)

var errLeaves = errors.New("the process ended before the benchmark did: does it call os.Exit?")

// alone runs one top-level benchmark, which may have ended the process of all.
func (l *listing) alone(ctx context.Context, top string) {
	if top == "" || ctx.Err() != nil {
		return
	}
	ofTop := func(name string) bool { return topOf(name) == top }
	forget := func() {
		l.order = slices.DeleteFunc(l.order, ofTop)
		maps.DeleteFunc(l.found, func(name string, _ time.Duration) bool { return ofTop(name) })
		l.problems = slices.DeleteFunc(l.problems, func(p problem) bool { return ofTop(p.name) })
	}
	forget()
	var err error
	for range tries {
		var out string
		out, _, err = l.process(ctx, func(other string) bool { return other != top })
		_, _, ended := l.read(out, err)
		switch {
		case slices.ContainsFunc(l.problems, func(p problem) bool { return ofTop(p.name) }):
			return
		case !ended || err != nil:
			forget()
			l.add(top, cmp.Or(err, errLeaves), false)
			return
		}
	}
}

// process runs the benchmarks of all functions but some.
func (l *listing) process(ctx context.Context, skip func(top string) bool) (string, time.Duration, error) {
	flags := []string{
		"-test.bench=" + l.request.Bench, "-test.benchtime=1x", "-test.v", fmt.Sprint("-test.cpu=", l.request.Procs),
	}
	var skipped []string
	for _, top := range l.of.functions {
		if skip(top) {
			skipped = append(skipped, top)
		}
	}
	if len(skipped) > 0 {
		flags = append(flags, "-test.skip=^("+strings.Join(skipped, "|")+")$")
	}
	return runToEnd(ctx, l.side.command(l.of, flags...), l.request.Timeout)
}

func topOf(name string) string {
	top, _, _ := strings.Cut(name, "/")
	return top
}

func (l *listing) add(name string, why error, skipped bool) {
	of := func(p problem) bool { return p.name == name || strings.HasPrefix(p.name, name+"/") }
	if !slices.ContainsFunc(l.problems, of) || name == "" {
		l.problems = append(l.problems, problem{name, why, skipped})
	}
}

var (
	resultLine = lazy.Regexp(`(Benchmark\S*) *\t *([0-9]+)\t(.*)$`)
	nameLine   = lazy.Regexp(`^Benchmark\S*$`)
	endLine    = lazy.Regexp(`^\s*--- (SKIP|FAIL): (Benchmark\S*)`)
	timePerOp  = lazy.Regexp(`([0-9.]+) ns/op`)
)

// read reads what a process printed with -test.v. It returns the last benchmark with
// a result, the one that was running when the process ended, and whether the testing
// package was done: it may print PASS even while a panic ends the process.
func (l *listing) read(out string, err error) (last, running string, ended bool) {
	suffix := ""
	if l.request.Procs > 1 {
		suffix = fmt.Sprint("-", l.request.Procs)
	}
	var said []string
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\r\n")
		if m := resultLine().FindStringSubmatch(line); m != nil {
			last = strings.TrimSuffix(m[1], suffix)
			if _, twice := l.found[last]; !twice {
				l.order = append(l.order, last)
			}
			var op float64
			if t := timePerOp().FindStringSubmatch(m[3]); t != nil {
				op, _ = strconv.ParseFloat(t[1], 64)
			}
			l.found[last], running, said = time.Duration(op), "", nil
		} else if m := endLine().FindStringSubmatch(line); m != nil {
			why := strings.Join(said, " ")
			l.add(strings.TrimSuffix(m[2], suffix), errors.New(cmp.Or(why, "it says no reason")), m[1] == "SKIP")
			running, said = "", nil
		} else if nameLine().MatchString(line) {
			running, said = line, nil
			l.seen[topOf(line)] = true
		} else if line == "PASS" && err == nil || line == "FAIL" {
			ended = true
		} else if len(said) < 8 {
			said = append(said, strings.TrimSpace(line))
		}
	}
	return last, running, ended
}

// most is how much a listing may print.
const most = 16 << 20

var errHangs = errors.New("it hangs, or takes longer an op")

// runToEnd runs a process until it has said nothing for a time, and returns what it
// printed, and after how long it began to.
func runToEnd(ctx context.Context, cmd *exec.Cmd, patience time.Duration) (out string, start time.Duration, err error) {
	began := time.Now()
	p, err := child.Start(ctx, "its process", cmd, 0, true, nil)
	if err != nil {
		return "", 0, err
	}
	p.EndInput()
	stop := context.AfterFunc(ctx, p.Abandon)
	defer stop()
	hung := time.AfterFunc(patience, p.Abandon)
	var all []byte
	for buf := make([]byte, 64<<10); ; {
		n, err := p.Stdout.Read(buf)
		if n > 0 && len(all) == 0 {
			start = time.Since(began)
		}
		all = append(all, buf[:n]...)
		if err != nil || !hung.Reset(patience) {
			break
		}
		if len(all) > most {
			p.Kill()
			break
		}
	}
	late := !hung.Stop()
	_, err = p.Wait()
	switch {
	case len(all) > most:
		err = fmt.Errorf("it printed more than %d MiB while one op of each benchmark ran", most>>20)
	case late:
		err = fmt.Errorf("it printed nothing for %v and was ended: %w; -timeout allows for more", patience, errHangs)
	}
	return string(all), start, err
}
