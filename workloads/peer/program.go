package peer

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"conpar/workloads"
)

const (
	compileTime = 25 * time.Second // for a compiler, several times what it needs; less than the runner has for a whole sample
	answerTime  = 2 * time.Second  // for a compiler to say its version
	draftTime   = time.Hour        // after which a draft is somebody's who was killed
)

// Program is the source of a peer, and how it becomes a process.
type Program struct {
	Name  string   // "cpp": names it in errors, and its folder in the cache
	Files fs.FS    // the sources, an [embed.FS] mostly
	Tools []string // what must be on the PATH: "g++"

	// Build returns the compiler's command, which is to turn the sources in the
	// folder src into what the folder out, empty so far, is to hold. It depends
	// on nothing else. nil: there is nothing to compile.
	Build func(src, out string) []string

	// Works is a command that succeeds where the compiler works at all: "g++",
	// "--version". It is run when a compiling has failed; nil: the program is to
	// blame in any case.
	Works []string

	// Run returns the command of the process. It runs in the folder out.
	Run func(src, out string) []string

	Patience time.Duration // how long a reply may take; 0: 20 s
}

// prepare makes sure that the program is compiled, and returns its command and
// its home.
func (p Program) prepare(ctx context.Context, dir string) (command *exec.Cmd, home string, err error) {
	for _, tool := range p.Tools {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, "", workloads.Unavailable("no " + tool)
		}
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, "", fmt.Errorf("%s: %w", p.Name, err)
	}
	key, err := p.digest()
	if err != nil {
		return nil, "", fmt.Errorf("%s: reading its sources: %w", p.Name, err)
	}
	home = filepath.Join(dir, "peer-"+p.Name+"-"+key)
	if _, err := os.Stat(home); errors.Is(err, fs.ErrNotExist) {
		err = p.install(ctx, dir, home)
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	args := p.Run(folders(home))
	command = exec.Command(args[0], args[1:]...)
	_, command.Dir = folders(home)
	command.Env = environment(os.Environ())
	ownGroup(command)
	return command, home, nil
}

// folders returns where in a program's home its sources are, and what was made
// of them.
func folders(home string) (src, out string) {
	return filepath.Join(home, "src"), filepath.Join(home, "out")
}

// digest tells programs apart that must not share a home: by their sources,
// their compiler's command, and their tools. Those are told apart by where they
// are, how long, and how old: to ask them for their version would take a
// compiler of Java longer than to start the program, every time.
func (p Program) digest() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(p.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(p.Files, path)
		fmt.Fprintf(h, "%q %q\n", path, content)
		return err
	})
	if err != nil {
		return "", err
	}
	if p.Build != nil {
		fmt.Fprintf(h, "%q\n", p.Build("src", "out"))
	}
	for _, tool := range p.Tools {
		path, err := exec.LookPath(tool)
		if err != nil {
			return "", err
		}
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return "", err
		}
		info, err := os.Stat(path)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%q %d %d\n", path, info.Size(), info.ModTime().UnixNano())
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8]), nil
}

// install makes the program's home. It is made under another name and then
// renamed, so that it is there whole or not at all; if several processes are at
// it at once, the first one's is everybody's.
func (p Program) install(ctx context.Context, dir, home string) error {
	sweep(dir)
	draft, err := os.MkdirTemp(dir, "draft-"+p.Name+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(draft) // which is no longer there if all went well
	src, out := folders(draft)
	if err := os.Mkdir(out, 0o755); err != nil {
		return err
	}
	if err := os.CopyFS(src, p.Files); err != nil {
		return err
	}
	if p.Build != nil {
		if err := compile(ctx, p.Build(src, out), compileTime); err != nil {
			return p.blame(ctx, fmt.Errorf("compiling: %w", err))
		}
	}
	if err := os.Rename(draft, home); err != nil {
		if _, missing := os.Stat(home); missing != nil {
			return err
		}
	}
	return nil
}

// sweep removes the drafts of those who were killed over them. To fail at that
// harms nobody.
func sweep(dir string) {
	drafts, _ := filepath.Glob(filepath.Join(dir, "draft-*"))
	for _, draft := range drafts {
		if info, err := os.Stat(draft); err == nil && time.Since(info.ModTime()) > draftTime {
			os.RemoveAll(draft)
		}
	}
}

// blame returns the error of a compiling that failed: a [workloads.Unavailable]
// where the compiler does not work at all.
func (p Program) blame(ctx context.Context, failed error) error {
	if p.Works == nil || ctx.Err() != nil {
		return failed
	}
	if err := compile(ctx, p.Works, answerTime); err != nil && ctx.Err() == nil {
		return workloads.Unavailable(fmt.Sprintf("%s does not work: %s", p.Works[0], strings.Join(strings.Fields(err.Error()), " ")))
	}
	return failed
}

// compile runs a compiler, whose error is what it says last.
func compile(ctx context.Context, args []string, limit time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("not done within %v", limit))
	defer cancel()
	var said tail
	command := exec.CommandContext(ctx, args[0], args[1:]...)
	command.Env = environment(os.Environ())
	command.Stdout, command.Stderr = &said, &said
	command.Cancel = func() error { return killGroup(command.Process) }
	command.WaitDelay = grace
	ownGroup(command)
	ran := make(chan error)
	go onOneThread(func() { ran <- command.Run() })
	err := <-ran
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if text := said.String(); err != nil && text != "" {
		return fmt.Errorf("%w; the end of what %s says:\n%s", err, args[0], text)
	}
	return err
}

// onOneThread calls f on a thread that nothing else runs on meanwhile. What f
// starts dies, where the system can be asked for that (see ownGroup), with the
// thread that started it; so f is to wait for it.
func onOneThread(f func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	f()
}
