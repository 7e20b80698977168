//go:build linux && system

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"conpar/results"
	"conpar/results/rundir"
)

// A sample process of a runner that is shot at says what it was asked for,
// before it begins. So the test knows, apart from the journal, what had been
// done and what was in progress.
func init() {
	path := os.Getenv(logVar)
	if path == "" || os.Getenv("CONPAR_ROLE") != "sample" {
		return
	}
	say(path, os.Getpid(), os.Args[1])
}

// say adds to the log what a process was asked for.
func say(path string, pid int, request string) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintf(f, "%d %s\n", pid, request)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		panic(err)
	}
}

const logVar = "CONPAR_TEST_LOG"

// shot is a signal to somebody.
type shot struct {
	sig syscall.Signal
	at  string // runner, group or child
}

func (s shot) String() string { return fmt.Sprintf("%v to the %s", s.sig, s.at) }

// shots are all that there are. The test takes them in turn.
func shots() (all []shot) {
	for _, at := range []string{"runner", "child", "group"} {
		for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
			all = append(all, shot{sig, at})
		}
	}
	return all
}

// works are what the runs that are shot at measure, in turn: servers, peers in
// other languages, exhibits.
var works = []string{
	"work=primes|IO/work=tcp",
	"work=primes|IO/work=http|race/by=plain|leak/by=blocked",
	"work=primes|IO/work=tcp|Lang/work=(wait|compute)/lang=(python|cpp|java)$",
}

// TestKills shoots at runs at random moments, and goes on with them. Whatever
// is hit, what had been measured is there, at most the process in progress is
// lost, no process is left, and in the end each planned sample is there once.
//
// It fires one shot of each kind; CONPAR_KILLS says otherwise (scripts/kills.sh).
func TestKills(t *testing.T) {
	t.Parallel()
	k := &killing{t: t, fired: map[shot]int{}, most: 300 * time.Millisecond, rounds: "3"}
	n, seed := len(shots()), uint64(1)
	if s := os.Getenv("CONPAR_KILLS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
		if seed, err = strconv.ParseUint(os.Getenv("CONPAR_KILLS_SEED"), 10, 64); err != nil {
			t.Fatal(err)
		}
		k.most, k.rounds = time.Second, "4"
	}
	k.rng = rand.New(rand.NewPCG(seed, 0))
	t.Cleanup(func() {
		if k.runner != nil { // the test failed
			_ = syscall.Kill(-k.runner.cmd.Process.Pid, syscall.SIGKILL)
			<-k.runner.done
		}
	})
	all := shots()
	for i := range n {
		if i%len(all) == 0 {
			k.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		}
		k.fire(all[i%len(all)])
		if i%20 == 19 {
			fmt.Fprintf(os.Stderr, "%d of %d shots\n", i+1, n) // t.Log would come at the end
		}
	}
	k.complete()
	t.Logf("seed %d: %d shots at %d runs, which were resumed %d times; by kind %v", seed, n, k.runs, k.resumed, k.fired)
	t.Logf("%d samples taken; %d were in progress and lost, with %d processes; %d failed by a shot at their process", k.taken, k.lostAll, k.lostUnits, k.failedAll)
	t.Logf("the longest that a process lived after its runner: %v", k.longest)
}

// killing is the state of the test: at most one runner lives, and at most one
// run is unfinished.
type killing struct {
	t   *testing.T
	rng *rand.Rand

	most   time.Duration // that is waited for
	rounds string        // of a run

	runner *runner // that lives; nil
	dir    string  // of the run; "" before there is one
	out    string  // the folder that the run is below, and what is beside it
	hit    []string
	lost   []string // cells that were in progress at kills, each as often

	// Figures.
	runs, resumed, taken          int
	lostAll, lostUnits, failedAll int
	fired                         map[shot]int
	longest                       time.Duration
}

// runner is a process that measures.
type runner struct {
	cmd  *exec.Cmd
	mark string
	said bytes.Buffer // to be read after done
	done chan struct{}
}

// start starts a run below a new folder, or goes on with one. The process leads
// a group, as it would in a terminal.
func (k *killing) start() {
	k.t.Helper()
	args := []string{"-resume", k.dir}
	if k.dir == "" {
		k.out = k.t.TempDir()
		k.hit, k.lost = nil, nil
		args = []string{"-work", works[k.runs%len(works)], "-cpu", "1", "-rounds", k.rounds, "-out", filepath.Join(k.out, "results")}
		k.runs++
	} else {
		k.resumed++
	}
	r := &runner{mark: fmt.Sprintf("%d-shot-%d-%d-", os.Getpid(), k.runs, k.resumed), done: make(chan struct{})}
	r.cmd = exec.Command(os.Args[0], args...)
	r.cmd.Env = append(os.Environ(), "CONPAR_ROLE=bench", "CONPAR_TEST="+r.mark, logVar+"="+filepath.Join(k.out, "log"))
	if k.runs%2 == 0 { // with an empty cache, so that peers have to be compiled
		r.cmd.Env = append(r.cmd.Env, "XDG_CACHE_HOME="+filepath.Join(k.out, "cache"))
	}
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	r.cmd.Stdout, r.cmd.Stderr = &r.said, &r.said
	stdin, err := r.cmd.StdinPipe() // its end would end the runner
	if err != nil {
		k.t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	go func() {
		defer close(r.done)
		_ = r.cmd.Wait()
		stdin.Close()
	}()
	k.runner = r
}

// fire fires one shot at a random moment of a runner's life.
func (k *killing) fire(s shot) {
	k.t.Helper()
	for k.runner == nil || !k.lives(k.moment()) {
		if k.runner != nil {
			k.finished()
		}
		k.start()
	}
	if s.at == "child" {
		if !k.shootChild(s) {
			k.fire(s) // nobody was there, or the run is over: at another moment
		}
		return
	}
	pid := k.runner.cmd.Process.Pid
	if s.at == "group" {
		pid = -pid
	}
	known := k.recorded()
	if err := syscall.Kill(pid, s.sig); err != nil && !errors.Is(err, syscall.ESRCH) {
		k.t.Fatal(err)
	}
	<-k.runner.done
	k.fired[s]++
	k.gone(s)
	k.check(s, known)
	k.runner = nil
}

// moment returns how long to wait. Mostly that is from now on; but for some
// shots at new runs from their first sample on, before which they calibrate, and
// for some at others from their last sample on.
func (k *killing) moment() time.Duration {
	from, most := 0, k.most
	switch {
	case k.dir == "" && k.rng.IntN(3) > 0:
		from = 1
	case k.dir != "" && k.rng.IntN(4) == 0:
		from, most = 1<<30, 200*time.Millisecond
	}
	for from > 0 && k.lives(time.Millisecond) {
		dirs, _ := rundir.Find(filepath.Join(k.out, "results"))
		if len(dirs) == 0 {
			continue
		}
		if r, err := rundir.Read(dirs[0]); err == nil && len(r.Samples) >= min(from, r.Planned-1) {
			break
		}
	}
	return k.upTo(most)
}

func (k *killing) upTo(d time.Duration) time.Duration { return time.Duration(k.rng.Int64N(int64(d))) }

// lives waits, and reports whether the runner is still there.
func (k *killing) lives(d time.Duration) bool {
	select {
	case <-k.runner.done:
		return false
	case <-time.After(d):
		return true
	}
}

// shootChild shoots at a process that the runner has started, or that such a one
// has, if there is one. The run goes on.
func (k *killing) shootChild(s shot) bool {
	var children []int
	for _, dir := range marked(k.t, k.runner.mark) {
		if pid, err := strconv.Atoi(filepath.Base(dir)); err == nil && pid != k.runner.cmd.Process.Pid {
			children = append(children, pid)
		}
	}
	if len(children) == 0 {
		return false
	}
	pid := children[k.rng.IntN(len(children))]
	known := halted(pid) && k.target(pid)
	if !known || syscall.Kill(pid, s.sig) != nil {
		_ = syscall.Kill(pid, syscall.SIGCONT)
		return false // it is gone, or not yet what it will be
	}
	before := len(k.started())
	_ = syscall.Kill(pid, syscall.SIGCONT)
	k.fired[s]++
	for len(k.started()) == before && k.lives(5*time.Millisecond) {
	}
	return true
}

// halted halts a process, and reports whether that succeeded.
func halted(pid int) bool {
	if syscall.Kill(pid, syscall.SIGSTOP) != nil {
		return false
	}
	for range 100 {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return false
		}
		if _, state, _ := bytes.Cut(stat, []byte(") ")); bytes.HasPrefix(state, []byte("T")) {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

// target finds out which cells suffer with a process that is halted, and
// reports whether that can be told: not while it is a copy of the runner. One
// that takes samples and has not said so yet never will: that is made up for.
func (k *killing) target(pid int) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil || bytes.Contains(line, []byte("-cpu\x001\x00")) || bytes.Contains(line, []byte("-resume\x00")) {
		return false
	}
	all := k.started()
	_, request, _ := bytes.Cut(bytes.TrimSuffix(line, []byte{0}), []byte{0})
	var a asked
	if json.Unmarshal(request, &a) != nil || len(a.Samples) == 0 || a.Trace { // a server, a peer, or what records a trace
		if len(all) > 0 {
			k.hit = append(k.hit, all[len(all)-1].cells()...)
		}
		return true
	}
	k.hit = append(k.hit, a.cells()...)
	if !slices.ContainsFunc(all, func(a asked) bool { return a.pid == pid }) {
		say(filepath.Join(k.out, "log"), pid, string(request))
	}
	return true
}

// asked is a line of the log: the cells that one process was asked for.
type asked struct {
	pid     int
	Samples []struct {
		Cell  results.Cell
		Tasks int
	}
	Trace bool
}

func (a asked) cells() (all []string) {
	for _, ask := range a.Samples {
		all = append(all, ask.Cell.String())
	}
	return all
}

// started returns what processes of the run were asked for, calibration too.
func (k *killing) started() (all []asked) {
	text, err := os.ReadFile(filepath.Join(k.out, "log"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		k.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		pid, request, _ := strings.Cut(line, " ")
		var a asked
		if err := json.Unmarshal([]byte(request), &a); err != nil {
			break // it is being written
		}
		if a.pid, err = strconv.Atoi(pid); err != nil {
			k.t.Fatal(err)
		}
		if a.Trace || len(all) > 0 && all[len(all)-1].pid == a.pid {
			continue // it takes no sample, or was shot at while it spoke
		}
		all = append(all, a)
	}
	return all
}

// recorded returns how many samples the run has on disk.
func (k *killing) recorded() int {
	r, err := rundir.Read(k.dir)
	if err != nil {
		return 0
	}
	return len(r.Samples)
}

// gone waits for the processes of the runner, which is dead, to be gone.
func (k *killing) gone(s shot) {
	k.t.Helper()
	patience := 10 * time.Second // a busy machine is no failure
	if os.Getenv("CONPAR_KILLS") != "" {
		patience = 2 * time.Second // what is promised
	}
	died := time.Now()
	for {
		left := marked(k.t, k.runner.mark)
		lived := time.Since(died)
		if len(left) == 0 {
			return
		}
		k.longest = max(k.longest, lived)
		if lived > patience {
			for _, p := range left {
				line, _ := os.ReadFile(p + "/cmdline")
				k.t.Errorf("%v after %v there is still %.300q", lived, s, line)
			}
			k.t.FailNow()
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// check looks at a run that was shot, which had so many samples before.
func (k *killing) check(s shot, known int) {
	k.t.Helper()
	dirs, err := rundir.Find(filepath.Join(k.out, "results"))
	if errors.Is(err, rundir.ErrNoRun) || errors.Is(err, os.ErrNotExist) {
		if known > 0 {
			k.t.Fatalf("after %v the run is gone", s)
		}
		return // killed while it was calibrating
	}
	if err != nil || len(dirs) != 1 {
		k.t.Fatalf("after %v there are the runs %v, %v", s, dirs, err)
	}
	k.dir = dirs[0]
	r, err := rundir.Read(k.dir)
	if err != nil {
		k.t.Fatalf("after %v: %v\n%s", s, err, k.runner.said.String())
	}
	if len(r.Samples) < known {
		k.t.Errorf("after %v the run has %d samples, and had %d", s, len(r.Samples), known)
	}
	if s.sig != syscall.SIGKILL && k.runner.cmd.ProcessState.ExitCode() == 0 && len(r.Samples) < r.Planned {
		k.t.Errorf("exit code 0 after %v", s)
	}
	k.account(s.String(), r)
}

// account finds out what is lost of what was begun: of what the last process was
// asked for at most.
func (k *killing) account(what string, r results.Run) {
	k.t.Helper()
	missing := map[string]int{}
	var last []string
	for _, a := range k.started() {
		if a.Samples[0].Tasks == 0 {
			continue // it calibrated
		}
		last = a.cells()
		for _, c := range last {
			missing[c]++
		}
	}
	for _, s := range r.Samples {
		missing[s.Cell]--
	}
	for _, c := range k.lost {
		missing[c]--
	}
	lost := 0
	for c, n := range missing {
		if n < 0 && !slices.ContainsFunc(r.Samples, func(s results.Sample) bool { return s.Cell == c && strings.Contains(s.Error, "not tried") }) {
			k.t.Errorf("%s: %s has %d samples that no process was asked for", what, c, -n)
		}
		if n > 1 || n == 1 && !slices.Contains(last, c) {
			k.t.Errorf("%s: %d samples of %s are lost, and the process in progress was asked for %v", what, n, c, last)
		}
		for range n {
			k.lost = append(k.lost, c)
			lost++
		}
	}
	if lost > 0 {
		k.lostAll += lost
		k.lostUnits++
	}
}

// finished looks at a run whose runner has ended by itself.
func (k *killing) finished() {
	k.t.Helper()
	<-k.runner.done
	said, code := k.runner.said.String(), k.runner.cmd.ProcessState.ExitCode()
	if k.dir == "" {
		dirs, err := rundir.Find(filepath.Join(k.out, "results"))
		if err != nil || len(dirs) != 1 {
			k.t.Fatalf("runs %v, %v\n%s", dirs, err, said)
		}
		k.dir = dirs[0]
	}
	r, err := rundir.Read(k.dir)
	if err != nil || r.Status != results.Complete {
		k.t.Fatalf("a run that was let finish: %q, %v\n%s", r.Status, err, said)
	}
	onlyARun(k.t, k.dir)
	k.account("in the end", r)
	type place struct {
		round int
		cell  string
	}
	due := map[place]int{}
	for round, cells := range r.Plan.Due() {
		for _, c := range cells {
			due[place{round, c}]++
		}
	}
	failed := 0
	for _, s := range r.Samples {
		due[place{s.Round, s.Cell}]--
		if s.Error != "" {
			failed++
			if !slices.Contains(k.hit, s.Cell) {
				k.t.Errorf("%s failed, and nobody had shot at it: %s", s.Cell, s.Error)
			}
		}
	}
	for at, n := range due {
		if n != 0 {
			k.t.Errorf("%s in round %d: of one planned sample %d are lacking", at.cell, at.round, n)
		}
	}
	for _, d := range r.Plan.Dropped {
		if !d.Unavailable && !slices.Contains(k.hit, d.Cell) {
			k.t.Errorf("%s was left out, and nobody had shot at it: %s", d.Cell, d.Reason)
		}
	}
	if want := failed > 0 || slices.ContainsFunc(r.Plan.Dropped, func(d results.DroppedCell) bool { return !d.Unavailable }); (code == exitFailed) != want || code > exitFailed {
		k.t.Errorf("exit code %d with %d failed samples\n%s", code, failed, said)
	}
	if _, err := os.Stat(filepath.Join(k.dir, rundir.ReportDir, "report.md")); err != nil {
		k.t.Error(err)
	}
	k.failedAll += failed
	k.taken += len(r.Samples)
	k.gone(shot{0, "runner that ended"})
	k.dir, k.runner = "", nil
}

// complete lets the last run come to its end.
func (k *killing) complete() {
	k.t.Helper()
	if k.runner == nil {
		if k.dir == "" {
			return
		}
		k.start()
	}
	k.finished()
}
