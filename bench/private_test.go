//go:build system

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"conpar/bench/internal/host"
	reportrun "conpar/report/run"
	"conpar/results/rundir"
)

// canaries are what stands where a name of the user's would, in letters and
// digits, so that no escaping changes them.
var canaries = []string{"home", "cache", "out", "tmp", "cwd", "bin", "path", "user", "host", "secret", "java"}

func canary(what string) string { return "Qv" + what + "7Xk" }

// nest is the surroundings of a runner, in which everything that tells who and
// where one is has a canary in it.
type nest struct {
	root, home, cache, out, tmp, cwd, bin, path string
	env                                         []string
}

func newNest(t *testing.T) nest {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the surroundings are those of Unix")
	}
	root := t.TempDir()
	n := nest{root: root, home: filepath.Join(root, canary("home")+" Zoë & Co")}
	for dir, path := range map[*string]string{
		&n.cache: filepath.Join(n.home, canary("cache")), &n.out: filepath.Join(n.home, canary("out")),
		&n.tmp: filepath.Join(root, canary("tmp")), &n.cwd: filepath.Join(root, canary("cwd")),
		&n.bin: filepath.Join(root, canary("bin")), &n.path: filepath.Join(root, canary("path")),
	} {
		*dir = path
		if err := os.MkdirAll(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	copyFile(t, program, filepath.Join(n.bin, "bench"))
	n.env = append(os.Environ(), "HOME="+n.home, "XDG_CACHE_HOME="+n.cache, "TMPDIR="+n.tmp, "PWD="+n.cwd,
		"USER="+canary("user"), "LOGNAME="+canary("user"), "USERNAME="+canary("user"), "HOSTNAME="+canary("host"),
		"AWS_SECRET_ACCESS_KEY="+canary("secret"), "JAVA_TOOL_OPTIONS=-Dkey="+canary("java"),
		"PATH="+n.path+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return n
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = writeProgram(to, data)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// writeProgram writes a file to be executed. Tests beside this one start processes,
// which must not inherit the open file: "text file busy" (golang/go#22315).
func writeProgram(path string, data []byte) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return os.WriteFile(path, data, 0o700)
}

// runner returns a command that plays bench in the nest.
func (n nest) runner(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := exec.Command(filepath.Join(n.bin, "bench"), args...)
	cmd.Dir, cmd.Env = n.cwd, append(n.env, "CONPAR_ROLE=bench")
	stdin, err := cmd.StdinPipe() // its end would end the runner
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close() })
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	return cmd, &said
}

// spoil has cells fail, in the words of the system, of compilers and of
// interpreters: at first, and one that worked at first in every round.
func (n nest) spoil(t *testing.T) {
	t.Helper()
	blocked := filepath.Join(n.cache, "conpar", "fileread-page")
	if err := os.MkdirAll(blocked, 0o700); err != nil {
		t.Fatal(err)
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		python = "false"
	}
	for tool, script := range map[string]string{
		"python3": `[ -e "$HOME/once" ] || { : > "$HOME/once"; exec '` + python + `' "$@"; }
			echo "File \"$2\", line 1: $USER@$HOSTNAME: $AWS_SECRET_ACCESS_KEY" >&2; exit 1`,
		"g++":  `env >&2; exit 1`,
		"java": `echo 'openjdk version "17.0.1"'`,
		"javac": `[ "$1" = -version ] && { echo javac 17.0.1; exit; }
			echo "Picked up JAVA_TOOL_OPTIONS: $JAVA_TOOL_OPTIONS"
			for file; do :; done; echo "$file, on $(uname -n): error:"; exit 1`,
	} {
		if err := writeProgram(filepath.Join(n.path, tool), []byte("#!/bin/sh\n"+script+"\n")); err != nil {
			t.Fatal(err)
		}
	}
}

// wall has a runner start with a host name of its own or, if that is "", without
// any network but the loopback interface. Only Linux sets it.
var wall func(cmd *exec.Cmd, hostname string)

// walls returns why there can be no wall.
func walls(t *testing.T, hostname string) error {
	t.Helper()
	if wall == nil {
		return errors.New("this system has one network and one name for all processes")
	}
	cmd := exec.Command(os.Args[0], "-h")
	cmd.Env = os.Environ()
	wall(cmd, hostname)
	stdin, err := cmd.StdinPipe() // its end would end the runner
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w %s", err, out)
	}
	return nil
}

// What a run keeps, publishes and says names neither the user nor the machine.
func TestRunIsPrivate(t *testing.T) {
	t.Parallel()
	n := newNest(t)
	n.spoil(t)
	cmd, said := n.runner(t, "-rounds", "1", "-repeat=false", "-cpu", strconv.Itoa(host.Facts("").CPUs), "-out", n.out,
		"-work", "work=(primes|tcp|steps|fileread/cache=page)$|Lang/work=compute")
	if err := walls(t, canary("host")); err != nil {
		t.Logf("without a canary for the host's name: %v", err)
	} else {
		wall(cmd, canary("host"))
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var journal []byte // the longest that there was
	watch(cmd, func() {
		files, _ := filepath.Glob(filepath.Join(n.out, "*", "*", rundir.JournalFile))
		for _, f := range files {
			if text, err := os.ReadFile(f); err == nil && len(text) > len(journal) {
				journal = text
			}
		}
	})
	if code := cmd.ProcessState.ExitCode(); code != exitFailed {
		t.Fatalf("exit code %d, want %d:\n%s", code, exitFailed, said)
	}
	texts := n.written(t)
	texts["the journal"] = journal
	// The folder that was asked for may be named to who asked for it.
	texts["what it said"] = bytes.ReplaceAll(said.Bytes(), []byte(n.out), []byte("OUT"))
	n.showsFailures(t, texts)
	names, addresses := realNames(t), addresses(t)
	for file, text := range texts {
		search(t, file, text, names, addresses)
	}
}

// watch looks every now and then until a command that was started has ended.
func watch(cmd *exec.Cmd, look func()) {
	ended := make(chan struct{})
	go func() { defer close(ended); _ = cmd.Wait() }()
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		select {
		case <-ended:
			tick.Stop()
			return
		case <-tick.C:
			look()
		}
	}
}

// written returns all files of the run and of its page.
func (n nest) written(t *testing.T) map[string][]byte {
	t.Helper()
	texts := map[string][]byte{}
	err := filepath.WalkDir(n.out, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			texts[strings.TrimPrefix(path, n.out)], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// showsFailures makes sure that there is something to be searched: all kinds of
// files, and the failures that the nest provokes.
func (n nest) showsFailures(t *testing.T, texts map[string][]byte) {
	t.Helper()
	kinds := map[string]bool{}
	for name := range texts {
		kinds[filepath.Ext(name)] = true
	}
	for _, kind := range []string{".txt", ".json", ".trace", ".md", ".csv", ".svg", ".png"} {
		if !kinds[kind] {
			t.Errorf("there is no file *%s", kind)
		}
	}
	_, lacking := exec.LookPath("python3") // without it, it fails from the first on
	if lacking == nil && !bytes.Contains(texts["the journal"], []byte("line 1: ")) {
		t.Errorf("no sample in the journal has failed:\n%.2000s", texts["the journal"])
	}
	for name, run := range texts {
		for _, failure := range []string{"fileread-page: file exists", "python: it died", "compiling: exit status 1", "g++ does not work"} {
			if filepath.Base(name) == rundir.RunFile && !bytes.Contains(run, []byte(failure)) {
				t.Errorf("no failure says %q:\n%.5000s", failure, run)
			}
		}
	}
}

// search looks for all that is private in the text of a file.
func search(t *testing.T, file string, text []byte, names []*regexp.Regexp, addresses []string) {
	t.Helper()
	found := func(what string, at int) {
		t.Errorf("%s holds %s: %q", file, what, text[max(0, at-60):min(len(text), at+60)])
	}
	lower := bytes.ToLower(text)
	for _, c := range canaries {
		if at := bytes.Index(lower, []byte(strings.ToLower(canary(c)))); at >= 0 {
			found("the canary of "+c, at)
		}
	}
	for _, a := range addresses {
		if at := bytes.Index(lower, []byte(a)); at >= 0 {
			found("an address", at)
		}
	}
	for _, name := range names {
		if at := name.FindIndex(text); at != nil {
			found("a name", at[0])
		}
	}
	source, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if at := bytes.Index(text, []byte(filepath.Dir(source))); at >= 0 {
		found("the folder of the sources", at)
	}
}

// addresses returns those of all interfaces but loopback, in the ways in which
// they may be written.
func addresses(t *testing.T) (all []string) {
	t.Helper()
	interfaces, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagLoopback != 0 {
			continue
		}
		found, err := i.Addrs()
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range found {
			ip, _, _ := strings.Cut(a.String(), "/")
			all = append(all, ip)
		}
		if mac := i.HardwareAddr.String(); mac != "" {
			all = append(all, mac, strings.ReplaceAll(mac, ":", "-"), strings.ReplaceAll(mac, ":", ""))
		}
	}
	for _, a := range slices.Clone(all) {
		all = append(all, strings.ReplaceAll(a, ":", "%3a"))
	}
	return all
}

// realNames returns the user's name and the host's, as words. Those that the
// page of another machine's run has as well are no secret: somebody is always
// called root, or runner.
func realNames(t *testing.T) (names []*regexp.Regexp) {
	t.Helper()
	var all []string
	if u, err := user.Current(); err == nil {
		all = append(all, u.Username)
	}
	if h, err := os.Hostname(); err == nil {
		all = append(all, h)
	}
	runs, err := rundir.Find("../results")
	if err != nil {
		t.Fatal(err)
	}
	other := nest{out: t.TempDir()}
	var said bytes.Buffer
	if code := reportrun.Run(t.Context(), nil, &said, &said, []string{"-o", other.out, runs[0]}); code != reportrun.Fine {
		t.Fatalf("exit code %d:\n%s", code, &said)
	}
	texts := other.written(t)
	texts["what it said"] = said.Bytes()
	for _, name := range all {
		word := regexp.MustCompile(`(?i)\b` + regexp.QuoteMeta(name) + `\b`)
		ordinary := false
		for _, text := range texts {
			ordinary = ordinary || word.Match(text)
		}
		if ordinary {
			t.Logf("an ordinary word, which is not looked for: %s", name)
		} else {
			names = append(names, word)
		}
	}
	return names
}

// However a run ends, nothing of it is left in the folder for temporary files,
// and nobody else could have read what was there. What it keeps, in the user's
// cache folder, is what README names.
func TestTemporaryFiles(t *testing.T) {
	t.Parallel()
	kept := regexp.MustCompile(`^(fileread-(page|direct)|peer-[a-z]+-[0-9a-f]+)$`)
	for name, tt := range map[string]struct{ cache, interrupted bool }{
		"finished":                     {true, false},
		"interrupted":                  {true, true},
		"finished, without a cache":    {false, false},
		"interrupted, without a cache": {false, true},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNest(t)
			files := filepath.Join(n.cache, "conpar")
			if !tt.cache {
				n.env = append(n.env, "HOME=", "XDG_CACHE_HOME=")
				files = filepath.Join(n.tmp, "conpar-*")
			}
			n.run(t, files, tt.interrupted)
			if left := names(t, n.tmp); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
			dirs, _ := filepath.Glob(files)
			for _, dir := range dirs {
				private(t, filepath.Dir(dir))
				for _, f := range names(t, dir) {
					// What was being made when the process was killed is removed by a
					// later one.
					if unfinished := strings.HasPrefix(f, "draft-"); !kept.MatchString(f) && !(tt.interrupted && unfinished) {
						t.Errorf("kept: %s", f)
					}
				}
			}
			if tt.cache != (len(dirs) == 1) {
				t.Errorf("files are kept in %q", dirs)
			}
		})
	}
}

// run has the nest's runner make files: a program in C++, a source in Python,
// and files that are synced. It is interrupted, if it is to be, as it compiles.
func (n nest) run(t *testing.T, files string, interrupted bool) {
	t.Helper()
	want, draft := exitFine, filepath.Join(files, "draft-cpp-*")
	if interrupted {
		want = exitSignal + int(syscall.SIGTERM)
		if _, err := exec.LookPath("g++"); err != nil {
			t.Skip(err)
		}
	}
	cmd, said := n.runner(t, "-rounds", "1", "-repeat=false", "-cpu", "1", "-out", n.out, "-work", "IO/work=filesync|Lang/work=wait/lang=(cpp|python)$")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	interrupt := sync.OnceFunc(func() {
		time.Sleep(300 * time.Millisecond) // so that the compiler has begun
		_ = cmd.Process.Signal(syscall.SIGTERM)
	})
	seen := map[string]bool{}
	watch(cmd, func() {
		entries, _ := os.ReadDir(n.tmp)
		for _, e := range entries {
			if !seen[e.Name()] {
				seen[e.Name()] = true
				private(t, filepath.Join(n.tmp, e.Name()))
			}
		}
		if drafts, _ := filepath.Glob(draft); interrupted && len(drafts) > 0 {
			interrupt()
		}
	})
	if code := cmd.ProcessState.ExitCode(); code != want {
		t.Fatalf("exit code %d, want %d:\n%s", code, want, said)
	}
}

// private complains about what others than its owner may use, if it is there.
func private(t *testing.T, path string) {
	t.Helper()
	if info, err := os.Lstat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		t.Errorf("%s: %v", path, info.Mode())
	}
}
