package peer_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"conpar/workloads/peer"
)

// compiled is a program that has to be compiled, which copies its one source,
// the behaviour, to where it is run from. Each compiling adds a byte to the
// file that is returned.
func compiled(t *testing.T, source string) (p peer.Program, log string) {
	log = filepath.Join(t.TempDir(), "log")
	return peer.Program{
		Name:  "compiled",
		Files: fstest.MapFS{"folder/program": {Data: []byte(source)}},
		Tools: []string{os.Args[0]},
		Build: func(src, out string) []string {
			return []string{os.Args[0], standIn, "compile", log, filepath.Join(src, "folder", "program"), filepath.Join(out, "program")}
		},
		Run: func(_, out string) []string {
			return []string{os.Args[0], standIn, "run", filepath.Join(out, "program")}
		},
	}, log
}

// compile is the compiler.
func compile(log, source, program string) error {
	behaviour, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.WriteString("x"); err != nil {
		return err
	}
	switch string(behaviour) {
	case "broken":
		fmt.Println("line 1: unexpected end")
		os.Exit(1)
	case "endless":
		fmt.Println("thinking")
		time.Sleep(time.Hour)
	}
	return os.WriteFile(program, behaviour, 0o644)
}

func times(log string) int {
	content, _ := os.ReadFile(log)
	return len(content)
}

func startIn(t *testing.T, dir string, p peer.Program) {
	t.Helper()
	started, err := peer.Start(t.Context(), dir, p)
	if err != nil {
		t.Error(err)
		return
	}
	defer started.Close()
	if reply, err := started.Ask(t.Context(), "hello"); reply != "hello" || err != nil {
		t.Errorf("%q, %v", reply, err)
	}
}

// entries are the names in a folder.
func entries(t *testing.T, dir string) (names []string) {
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range all {
		names = append(names, entry.Name())
	}
	return names
}

func TestProgramIsCompiledOnce(t *testing.T) {
	dir := t.TempDir()
	p, log := compiled(t, "echo")
	for range 3 {
		startIn(t, dir, p)
	}
	if n := times(log); n != 1 {
		t.Errorf("compiled %d times", n)
	}
}

func TestWhatDiffersIsCompiledAnew(t *testing.T) {
	dir := t.TempDir()
	p, log := compiled(t, "echo")
	startIn(t, dir, p)

	p.Files = fstest.MapFS{"folder/program": {Data: []byte("echo")}, "more": {}}
	startIn(t, dir, p)
	if n := times(log); n != 2 {
		t.Errorf("with another source: compiled %d times", n)
	}

	build := p.Build
	p.Build = func(src, out string) []string { return append(build(src, out), "-fast") }
	startIn(t, dir, p)
	if n := times(log); n != 3 {
		t.Errorf("with another command: compiled %d times", n)
	}

	compiler := filepath.Join(t.TempDir(), "compiler")
	if err := os.WriteFile(compiler, []byte("#!"), 0o755); err != nil {
		t.Fatal(err)
	}
	p.Tools = append(p.Tools, compiler)
	startIn(t, dir, p)
	if err := os.WriteFile(compiler, []byte("#!new"), 0o755); err != nil {
		t.Fatal(err)
	}
	startIn(t, dir, p)
	if n := times(log); n != 5 {
		t.Errorf("with another compiler: compiled %d times", n)
	}
	if names := entries(t, dir); len(names) != 5 {
		t.Errorf("five programs are in %v", names)
	}
}

func TestManyStartsAtOnce(t *testing.T) {
	dir := t.TempDir()
	p, _ := compiled(t, "echo")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { startIn(t, dir, p) })
	}
	wg.Wait()
	if names := entries(t, dir); len(names) != 1 || !strings.HasPrefix(names[0], "peer-compiled-") {
		t.Errorf("left in the folder: %v", names)
	}
}

func TestCompilingFails(t *testing.T) {
	dir := t.TempDir()
	p, log := compiled(t, "broken")
	for range 2 { // it is tried again
		_, err := peer.Start(t.Context(), dir, p)
		for _, part := range []string{"compiled: compiling: exit status 1", "line 1: unexpected end"} {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("error %v does not say %q", err, part)
			}
		}
	}
	if n, names := times(log), entries(t, dir); n != 2 || len(names) != 0 {
		t.Errorf("compiled %d times, and left %v", n, names)
	}
}

func TestCompilingEndsWithTheContext(t *testing.T) {
	dir := t.TempDir()
	p, log := compiled(t, "endless")
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	go func() {
		for times(log) == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel(enough)
	}()
	if _, err := peer.Start(ctx, dir, p); !errors.Is(err, enough) {
		t.Errorf("error %v", err)
	}
	if names := entries(t, dir); len(names) != 0 {
		t.Errorf("left in the folder: %v", names)
	}
}

func TestFolderThatIsMissing(t *testing.T) {
	p, _ := compiled(t, "echo")
	if _, err := peer.Start(t.Context(), filepath.Join(t.TempDir(), "missing"), p); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

// What was compiled and then cut, or is gone, is compiled once more.
func TestDamagedCacheHeals(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	for name, damage := range map[string]func(path string) error{
		"gone": os.Remove,
		"cut":  func(path string) error { return os.Truncate(path, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			p, log := compiled(t, "echo")
			copyOf := p.Build
			script := filepath.Join(t.TempDir(), "script")
			if err := os.WriteFile(script, fmt.Appendf(nil, "#!/bin/sh\nexec %q %s run \"$0.txt\"\n", os.Args[0], standIn), 0o755); err != nil {
				t.Fatal(err)
			}
			// The compiler's output is an executable file here.
			p.Build = func(src, out string) []string {
				args := copyOf(src, out)
				return []string{"sh", "-c", fmt.Sprintf(`%q %s compile %q %q %q && cp %q %q && cp %q %q`,
					args[0], standIn, args[3], args[4], args[5], args[5], filepath.Join(out, "exe.txt"), script, filepath.Join(out, "exe"))}
			}
			p.Run = func(_, out string) []string { return []string{filepath.Join(out, "exe")} }
			dir := t.TempDir()
			startIn(t, dir, p)
			startIn(t, dir, p)
			exe, err := filepath.Glob(filepath.Join(dir, "peer-*", "out", "exe"))
			if err != nil || len(exe) != 1 || times(log) != 1 {
				t.Fatalf("%v, %v, compiled %d times", exe, err, times(log))
			}
			if err := damage(exe[0]); err != nil {
				t.Fatal(err)
			}
			startIn(t, dir, p)
			if n := times(log); n != 2 {
				t.Errorf("compiled %d times, want 2", n)
			}
		})
	}
}
