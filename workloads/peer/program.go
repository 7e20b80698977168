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
	"time"

	"conpar/workloads"
)

// compileTime is how long a compiler may take, many times what it needs.
const compileTime = 2 * time.Minute

// Program is the source of a peer, and how it becomes a process.
type Program struct {
	Name  string   // "cpp": names it in errors, and its folder in the cache
	Files fs.FS    // the sources, an [embed.FS] mostly
	Tools []string // what must be on the PATH: "g++"

	// Build returns the compiler's command, which is to turn the sources in the
	// folder src into what the folder out, empty so far, is to hold. It depends
	// on nothing else. nil: there is nothing to compile.
	Build func(src, out string) []string

	// Run returns the command of the process. It runs in the folder out.
	Run func(src, out string) []string

	Patience time.Duration // how long a reply may take; 0: 20 s
}

// prepare makes sure that the program is compiled, and returns its command.
func (p Program) prepare(ctx context.Context, dir string) (*exec.Cmd, error) {
	for _, tool := range p.Tools {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, workloads.Unavailable("no " + tool)
		}
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	key, err := p.digest()
	if err != nil {
		return nil, fmt.Errorf("%s: reading its sources: %w", p.Name, err)
	}
	home := filepath.Join(dir, "peer-"+p.Name+"-"+key)
	if _, err := os.Stat(home); errors.Is(err, fs.ErrNotExist) {
		err = p.install(ctx, dir, home)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	args := p.Run(folders(home))
	command := exec.Command(args[0], args[1:]...)
	_, command.Dir = folders(home)
	command.Env = environment(os.Environ())
	ownGroup(command)
	return command, nil
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
		if err := compile(ctx, p.Build(src, out)); err != nil {
			return fmt.Errorf("compiling: %w", err)
		}
	}
	if err := os.Rename(draft, home); err != nil {
		if _, missing := os.Stat(home); missing != nil {
			return err
		}
	}
	return nil
}

// compile runs a compiler, whose error is what it says last.
func compile(ctx context.Context, args []string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, compileTime, fmt.Errorf("not done within %v", compileTime))
	defer cancel()
	var said tail
	command := exec.CommandContext(ctx, args[0], args[1:]...)
	command.Env = environment(os.Environ())
	command.Stdout, command.Stderr = &said, &said
	command.Cancel = func() error { return killGroup(command.Process) }
	command.WaitDelay = grace
	ownGroup(command)
	err := command.Run()
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if text := said.String(); err != nil && text != "" {
		return fmt.Errorf("%w; the end of what %s says:\n%s", err, args[0], text)
	}
	return err
}
