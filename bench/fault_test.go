//go:build linux && system

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conpar/bench/internal/host"
	"conpar/results"
	"conpar/results/rundir"
)

// process is how the runner is started as a process of its own. The zero value
// will do.
type process struct {
	env            []string
	stdout, stderr *os.File // nil: what it says there is returned
	before         []string // a command that starts it in turn
}

// start starts the runner. done waits for it, and returns its exit code and
// what it said.
func (p process) start(t *testing.T, args ...string) (cmd *exec.Cmd, done func() (int, string)) {
	t.Helper()
	args = append(append(slices.Clone(p.before), os.Args[0]), args...)
	cmd = exec.Command(args[0], args[1:]...)
	cmd.Env = append(append(os.Environ(), "CONPAR_ROLE=bench"), p.env...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if p.stdout != nil {
		cmd.Stdout = p.stdout
	}
	if p.stderr != nil {
		cmd.Stderr = p.stderr
	}
	if _, err := cmd.StdinPipe(); err != nil { // its end would end the runner
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, func() (int, string) {
		_ = cmd.Wait()
		return cmd.ProcessState.ExitCode(), said.String()
	}
}

func (p process) run(t *testing.T, args ...string) (int, string) {
	t.Helper()
	_, done := p.start(t, args...)
	return done()
}

// small are the arguments of a run that takes half a second: of one cell, and
// without a page.
func small(out string, more ...string) []string {
	return append([]string{"-work", "Coord/work=counter/by=atomic", "-cpu", "1", "-rounds", "2", "-repeat=false", "-report=false", "-out", out}, more...)
}

// theRun returns the only run below out, which must be complete.
func theRun(t *testing.T, out string) (string, results.Run) {
	t.Helper()
	dirs, err := rundir.Find(out)
	if err != nil || len(dirs) != 1 {
		t.Fatalf("runs %v, %v", dirs, err)
	}
	r, err := rundir.Read(dirs[0])
	if err != nil || r.Status != results.Complete || r.Actual != r.Planned {
		t.Fatalf("%s: %d of %d samples, error %v", r.Status, r.Actual, r.Planned, err)
	}
	return dirs[0], r
}

// inNamespace runs the test once more, in a process that may mount what it
// likes, and whose mounts end with it. It reports whether this is that process.
func inNamespace(t *testing.T) bool {
	t.Helper()
	return inNamespaces(t, syscall.CLONE_NEWNS|syscall.CLONE_NEWUSER)
}

// inNamespaces does so with namespaces of these kinds.
func inNamespaces(t *testing.T, kinds uintptr) bool {
	t.Helper()
	const inside = "CONPAR_TEST_NAMESPACE"
	if os.Getenv(inside) == t.Name() {
		if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
			t.Fatal(err)
		}
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), inside+"="+t.Name())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: kinds}
	if kinds&syscall.CLONE_NEWUSER != 0 {
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Skipf("this test may not have a namespace of its own: %v", err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("in a namespace of its own: %v", err)
	}
	t.Log(out.String())
	return false
}

// disk mounts a file system with so much room, in bytes, on a new folder.
func disk(t *testing.T, room int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprint("size=", room)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func remount(t *testing.T, dir, options string, flags uintptr) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|flags, options); err != nil {
		t.Fatal(err)
	}
}

// begun makes the folder of a run that this program has begun: it lacks the
// last of its two samples, and its trace.
func begun(t *testing.T, dir string) {
	t.Helper()
	machine := host.Facts("x")
	binary, err := programDigest()
	if err != nil {
		t.Fatal(err)
	}
	cell := results.Cell{Family: "Mixed", Work: "steps", Axis: "goroutines", N: 8, Procs: machine.CPUs}.String()
	w, err := rundir.Create(dir, results.Run{Machine: machine, Binary: binary, Plan: results.Plan{
		Rounds: 2, Cells: []results.PlannedCell{{Cell: cell, Kind: "computing", Tasks: 16}}}})
	if err != nil {
		t.Fatal(err)
	}
	s := results.Sample{Cell: cell, Start: machineTime, Wall: 1e6, Line: cell + "\t16\t1000 ns/op"}
	if err := errors.Join(w.Append(s), w.Close()); err != nil {
		t.Fatal(err)
	}
}

// ofFile finds the file that could not be written, in an error: mostly it is
// a part of one.
var ofFile = regexp.MustCompile(`/\.?(report/.*|[A-Za-z0-9]+(?:\.[a-z]+)?)(?:\.[0-9]+)?: no space left on device`)

// room is the least by which the room on a disk grows.
const room = 4 << 10

// However little room there is, what was measured is kept, the exit code and a
// message say that the rest could not be written and how to go on, and once
// there is room that completes the run.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	if !inNamespace(t) {
		return
	}
	template := filepath.Join(t.TempDir(), "run")
	begun(t, template)
	met := map[string]int{} // the files that lacked room first
	for have := room; ; have += room {
		dir := filepath.Join(disk(t, have), "run")
		if err := os.CopyFS(dir, os.DirFS(template)); err != nil {
			t.Fatal(err)
		}
		code, said := process{}.run(t, "-resume", dir, "-repeat=false")
		lacking := ofFile.FindStringSubmatch(said)
		r, err := rundir.Read(dir)
		if code != exitIO || lacking == nil || err != nil || r.Actual < 1 {
			t.Errorf("with room for %d bytes: exit code %d, %d samples, %v\n%s", have, code, r.Actual, err, said)
			break
		}
		inPage := strings.HasPrefix(lacking[1], rundir.ReportDir+"/")
		if advice := map[bool]string{false: "bench -resume " + dir, true: "-o DIR"}[inPage]; !strings.Contains(said, advice) {
			t.Errorf("with room for %d bytes it does not say %q:\n%s", have, advice, said)
		}
		met[lacking[1]]++
		remount(t, filepath.Dir(dir), "size=64m", 0)
		code, said = process{}.run(t, "-resume", dir, "-repeat=false")
		r, err = rundir.Read(dir)
		if code != exitFine || err != nil || r.Status != results.Complete || r.Actual != 2 || len(r.Traces) != 1 {
			t.Errorf("room was made: exit code %d, %s, %d samples, %d traces, %v\n%s", code, r.Status, r.Actual, len(r.Traces), err, said)
		}
		onlyARun(t, dir)
		if inPage {
			break // the rest is more of it
		}
	}
	t.Logf("what lacked room, and in how many runs: %v", met)
	for _, name := range []string{rundir.JournalFile, "steps.trace"} {
		if met[name] == 0 {
			t.Errorf("%s never lacked room", name)
		}
	}
}

// fill fills a disk but for some rooms, and returns a function that makes the
// room again.
func fill(t *testing.T, dir string, left int) (empty func()) {
	t.Helper()
	name := filepath.Join(dir, "filled")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	size := int64(0)
	for err == nil {
		var n int
		n, err = f.Write(make([]byte, room))
		size += int64(n)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(size-int64(left*room)), f.Close()); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
}

// The disk becomes full when all is measured: each of the files that are
// written then lacks room once.
func TestDiskFullAtTheEnd(t *testing.T) {
	t.Parallel()
	if !inNamespace(t) {
		return
	}
	dir := disk(t, 4096*room)
	for left, name := range []string{rundir.BenchFile, rundir.RunFile, rundir.SumsFile} {
		run := filepath.Join(dir, fmt.Sprint(left))
		begun(t, run)
		w, err := rundir.Reopen(run, func(*results.Run) {})
		if err != nil {
			t.Fatal(err)
		}
		empty := fill(t, dir, left)
		_, err = w.Finish(results.Interrupted, machineTime, nil, nil)
		if found := ofFile.FindStringSubmatch(fmt.Sprint(err)); found == nil || found[1] != name {
			t.Errorf("with room for %d files: %v", left, err)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if r, err := rundir.Read(run); err != nil || r.Actual != 1 || r.Status != results.Running {
			t.Errorf("no room for %s: %s, %d samples, %v", name, r.Status, r.Actual, err)
		}
		empty()
		if code, said := (process{}).run(t, "-resume", run, "-repeat=false"); code != exitFine {
			t.Errorf("exit code %d:\n%s", code, said)
		}
		onlyARun(t, run)
	}
}

// The disk becomes full while the run goes on.
func TestDiskFillsUp(t *testing.T) {
	t.Parallel()
	if !inNamespace(t) {
		return
	}
	dir := disk(t, 1024*room)
	_, done := process{}.start(t, small(dir, "-rounds", "24")...)
	run := soon(t, dir, 3)
	empty := fill(t, dir, 0)
	code, said := done()
	lacking := ofFile.FindStringSubmatch(said)
	if code != exitIO || lacking == nil || lacking[1] != rundir.JournalFile || !strings.Contains(said, "bench -resume "+run) {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	before, err := rundir.Read(run)
	if err != nil || before.Actual < 3 || before.Actual >= before.Planned {
		t.Errorf("%d of %d samples, %v", before.Actual, before.Planned, err)
	}
	empty()
	if code, said := (process{}).run(t, "-resume", run, "-repeat=false"); code != exitFine {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	_, after := theRun(t, dir)
	for _, s := range before.Samples {
		if !slices.ContainsFunc(after.Samples, func(a results.Sample) bool { return cmp.Equal(a, s) }) {
			t.Errorf("%s of round %d was lost or altered", s.Cell, s.Round)
		}
	}
}

// soon waits for a run below out to have so many samples.
func soon(t *testing.T, out string, samples int) string {
	t.Helper()
	for range 600 {
		time.Sleep(20 * time.Millisecond)
		dirs, err := rundir.Find(out)
		if err != nil || len(dirs) == 0 {
			continue
		}
		if r, err := rundir.Read(dirs[0]); err == nil && len(r.Samples) >= samples {
			return dirs[0]
		}
	}
	t.Fatal("the runner took no sample")
	return ""
}

// onlyARun checks that a folder has the files of a finished run, and nothing
// that a failure left.
func onlyARun(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); filepath.Ext(name) != ".trace" && !slices.Contains([]string{rundir.BenchFile, rundir.RunFile, rundir.SumsFile, rundir.ReportDir}, name) {
			t.Errorf("%s was left in the run", name)
		}
	}
}

// A new run on a disk that is full already leaves nothing there.
func TestDiskFullFromTheBeginning(t *testing.T) {
	t.Parallel()
	if !inNamespace(t) {
		return
	}
	dir := disk(t, 8<<10)
	if err := os.WriteFile(filepath.Join(dir, "filled"), make([]byte, 8<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "results")
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	code, said := process{}.run(t, small(out)...)
	if left, err := os.ReadDir(out); code != exitIO || !strings.Contains(said, "no space left") || err != nil || len(left) > 0 {
		t.Errorf("exit code %d, left %v, %v:\n%s", code, left, err, said)
	}
}

// Where nothing can be written, that is what is said, and not that somebody
// else is measuring.
func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	if !inNamespace(t) {
		return
	}
	dir := disk(t, 64<<20)
	begun(t, filepath.Join(dir, "begun"))
	begun(t, filepath.Join(dir, "whole"))
	if code, said := (process{}).run(t, "-resume", filepath.Join(dir, "whole"), "-repeat=false"); code != exitFine {
		t.Fatal(said)
	}
	remount(t, dir, "", syscall.MS_RDONLY)
	for name, tt := range map[string]struct {
		args []string
		says string
	}{
		"a new run":       {small(dir), "-out DIR"},
		"one to complete": {[]string{"-resume", filepath.Join(dir, "begun")}, "-resume"},
		"one to report":   {[]string{"-resume", filepath.Join(dir, "whole")}, "-o DIR"},
	} {
		code, said := process{}.run(t, tt.args...)
		if code != exitIO || !strings.Contains(said, tt.says) || !strings.Contains(said, "read-only") || strings.Contains(said, "another process") {
			t.Errorf("%s: exit code %d, want %d and %q:\n%s", name, code, exitIO, tt.says, said)
		}
	}
}

// A disk that the system makes read-only in mid-run, because of an error on it, ends the
// run: what it has is kept, and can be completed once the disk is sound.
func TestDiskTurnsReadOnly(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root may mount a file as a disk")
	}
	if !inNamespaces(t, syscall.CLONE_NEWNS) {
		return
	}
	dir, image := t.TempDir(), filepath.Join(t.TempDir(), "image")
	command := func(name string, args ...string) {
		t.Helper()
		if said, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			t.Skipf("%s: %v: %s", name, err, said)
		}
	}
	if err := errors.Join(os.WriteFile(image, nil, 0o600), os.Truncate(image, 32<<20)); err != nil {
		t.Fatal(err)
	}
	command("mkfs.ext4", "-q", image)
	command("mount", "-o", "loop,errors=remount-ro", image, dir)
	_, done := process{}.start(t, append([]string{"-repeat=false", "-cpu", "1"}, primesInto(dir, 6)...)...)
	run := soon(t, dir, 3)
	device, err := exec.Command("findmnt", "-no", "SOURCE", dir).Output()
	trigger := filepath.Join("/sys/fs/ext4", filepath.Base(strings.TrimSpace(string(device))), "trigger_fs_error")
	unbroken := errors.Join(err, os.WriteFile(trigger, []byte("a test"), 0))
	code, said := done()
	if unbroken == nil && (code != exitIO || !strings.Contains(said, "read-only file system") ||
		!strings.Contains(said, "are kept in "+run+". Remove the cause")) {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	command("umount", dir)
	if unbroken != nil {
		t.Skip(unbroken)
	}
	_ = exec.Command("e2fsck", "-fy", image).Run() // 1: it was mended
	command("mount", "-o", "loop", image, dir)
	if code, said := (process{}).run(t, "-resume", run, "-repeat=false", "-report=false"); code != exitFine {
		t.Errorf("resumed: %d\n%s", code, said)
	}
	theRun(t, dir)
	command("umount", dir)
}

// Whatever becomes of those who read what the runner says, the run is finished
// and kept, with its page. That the summary could not be written shows in the
// exit code.
func TestWhereTheRunnerSpeaks(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	nobody := func() *os.File { // a pipe that nobody reads
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		t.Cleanup(func() { w.Close() })
		return w
	}
	shell := func(command string) []string { return []string{"sh", "-c", command + `; exit $?`, "sh"} }
	for name, tt := range map[string]struct {
		process
		code int
		says string
	}{
		"a full disk":          {process{stdout: full}, exitIO, "no space left"},
		"both a full disk":     {process{stdout: full, stderr: full}, exitIO, ""},
		"a reader that left":   {process{stdout: nobody()}, exitIO, "broken pipe"},
		"both":                 {process{stdout: nobody(), stderr: nobody()}, exitIO, ""},
		"nobody hears stderr":  {process{stderr: nobody()}, exitFine, ""},
		"stdout closed":        {process{before: shell(`"$@" >&-`)}, exitFine, ""},
		"stdout and stderr":    {process{before: shell(`"$@" >&- 2>&-`)}, exitFine, ""},
		"head, as users do it": {process{before: shell(`{ "$@" 2>&1; echo "exit $?" >&3; } 3>&2 | head -n 1 >&2`)}, 0, "exit 3"},
	} {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			code, said := tt.run(t, small(out, "-report")...)
			if code != tt.code || !strings.Contains(said, tt.says) {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, tt.code, tt.says, said)
			}
			dir, _ := theRun(t, out)
			if _, err := os.Stat(filepath.Join(dir, rundir.ReportDir, "report.md")); err != nil {
				t.Error(err)
			}
		})
	}
}

// Without a home, the run is as good, and what it kept elsewhere is gone.
func TestNoHome(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file") // nothing can be made below it, not even by root
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, env := range map[string][]string{
		"none":    {"HOME=", "XDG_CACHE_HOME="},
		"nowhere": {"HOME=" + filepath.Join(file, "home"), "XDG_CACHE_HOME="},
	} {
		t.Run(name, func(t *testing.T) {
			out, tmp := t.TempDir(), t.TempDir()
			p := process{env: append(env, "TMPDIR="+tmp)}
			if code, said := p.run(t, small(out, "-work", "IO/work=filesync")...); code != exitFine {
				t.Errorf("exit code %d:\n%s", code, said)
			}
			theRun(t, out)
			if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
				t.Errorf("left %v, %v", left, err)
			}
		})
	}
}

// What a runner without a cache folder leaves when it is killed, the next one
// removes.
func TestKilledWithoutACache(t *testing.T) {
	t.Parallel()
	tmp := t.TempDir()
	p := process{env: []string{"HOME=", "XDG_CACHE_HOME=", "TMPDIR=" + tmp}}
	out := t.TempDir()
	cmd, done := p.start(t, small(out, "-work", "IO/work=fileread/cache=page", "-rounds", "500")...)
	soon(t, out, 1)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	done()
	files, err := filepath.Glob(filepath.Join(tmp, "conpar-*", "*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("nothing is left over: %q, %v", files, err)
	}
	private(t, filepath.Dir(files[0]))
	// A later run finds it also if that has a cache folder.
	p.env = []string{"XDG_CACHE_HOME=" + t.TempDir(), "TMPDIR=" + tmp}
	if code, said := p.run(t, small(t.TempDir())...); code != exitFine {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	if left := names(t, tmp); len(left) > 0 {
		t.Errorf("left %q", left)
	}
}

// A home that vanishes while a run goes on costs the samples of what kept
// something there. They say so; the others are measured.
func TestVanishingHome(t *testing.T) {
	t.Parallel()
	out, home := t.TempDir(), filepath.Join(t.TempDir(), "home")
	p := process{env: []string{"HOME=" + home, "XDG_CACHE_HOME="}}
	_, done := p.start(t, small(out, "-work", "work=(counter/by=atomic|filesync)$", "-rounds", "4")...)
	dir := soon(t, out, 1)
	if err := os.RemoveAll(home); err != nil {
		t.Fatal(err)
	}
	code, said := done()
	r, err := rundir.Read(dir)
	if code != exitFailed || err != nil || r.Status != results.Complete || len(r.Samples) != r.Planned {
		t.Errorf("exit code %d, %s, %d of %d samples, %v:\n%s", code, r.Status, len(r.Samples), r.Planned, err, said)
	}
	for _, s := range r.Samples {
		if s.Error != "" && (!strings.Contains(s.Cell, "filesync") || !strings.Contains(s.Error, "no such file")) {
			t.Errorf("%s: %s", s.Cell, s.Error)
		}
	}
}

// A run that somebody measures is nobody else's, and runs that begin at once do
// not meet.
func TestSecondRunner(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	first, said, dir := launch(t, out, fmt.Sprintf("%d-first", os.Getpid()))
	for _, args := range [][]string{{"-resume", dir}, {"-resume", dir, "-force"}} {
		if code, said := (process{}).run(t, args...); code != exitUsage || !strings.Contains(said, "another process is measuring") {
			t.Errorf("%v: exit code %d:\n%s", args, code, said)
		}
	}
	if err := first.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	if r, err := rundir.Read(dir); err != nil || r.Failed > 0 || r.Status != results.Interrupted {
		t.Errorf("the first: %s, %d failed, %v\n%s", r.Status, r.Failed, err, said)
	}

	const n = 4
	out = t.TempDir()
	var done []func() (int, string)
	for range n {
		_, d := process{}.start(t, small(out)...)
		done = append(done, d)
	}
	for _, d := range done {
		if code, said := d(); code != exitFine {
			t.Errorf("exit code %d:\n%s", code, said)
		}
	}
	dirs, err := rundir.Find(out)
	if err != nil || len(dirs) != n {
		t.Errorf("runs %v, %v", dirs, err)
	}
	for _, dir := range dirs {
		if r, err := rundir.Read(dir); err != nil || r.Status != results.Complete {
			t.Errorf("%s: %s, %v", dir, r.Status, err)
		}
		onlyARun(t, dir)
	}
}
