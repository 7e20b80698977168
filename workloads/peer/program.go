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
	"time"

	"conpar/workloads"
	"conpar/workloads/child"
	"conpar/workloads/internal/temporary"
)

const (
	compileTime = 25 * time.Second // several times what a compiler needs; less than the runner has for a sample
	askTime     = 4 * time.Second  // for the tools to say their versions
)

// Program is the source of a peer, and how it becomes a process.
type Program struct {
	Name  string   // "cpp": names it in errors, and its folder in the cache
	Files fs.FS    // the sources, an [embed.FS] mostly
	Tools []string // what must be on the PATH: "g++"

	// Oldest has the major version that a tool must have, if some don't do. The
	// tools are asked for it once compiling has failed.
	Oldest map[string]int

	// Build returns the compiler's command, which is to turn the sources in the
	// folder src into what the folder out, empty so far, is to hold. It depends
	// on nothing else. nil: there is nothing to compile.
	Build func(src, out string) []string

	// Run returns the command of the process. It runs in the folder out.
	Run func(src, out string) []string

	Patience time.Duration // how long a reply may take; 0: 20 s
}

// prepare makes sure that the program is compiled, and returns its home.
func (p Program) prepare(ctx context.Context, dir string) (home string, err error) {
	for _, tool := range p.Tools {
		if _, err := exec.LookPath(tool); err != nil {
			return "", workloads.Unavailable("no " + tool)
		}
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("%s: %w", p.Name, err)
	}
	key, err := p.digest()
	if err != nil {
		return "", fmt.Errorf("%s: reading its sources: %w", p.Name, err)
	}
	home = filepath.Join(dir, "peer-"+p.Name+"-"+key)
	if _, err := os.Stat(home); errors.Is(err, fs.ErrNotExist) {
		if err := p.install(ctx, dir, home); err != nil {
			return "", err
		}
	}
	return home, nil
}

// command returns the command of the process.
func (p Program) command(home string) *exec.Cmd {
	args := p.Run(folders(home))
	command := exec.Command(args[0], args[1:]...)
	_, command.Dir = folders(home)
	command.Env = child.Environment()
	return command
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

// install makes the program's home.
func (p Program) install(ctx context.Context, dir, home string) error {
	err := p.draft(ctx, dir, home)
	if _, ok := errors.AsType[workloads.Unavailable](err); ok || err == nil {
		return err
	}
	return fmt.Errorf("%s: %w", p.Name, err)
}

// draft makes the home under another name and then renames it, so that it is
// there whole or not at all; if several processes are at it at once, the first
// one's is everybody's.
func (p Program) draft(ctx context.Context, dir, home string) error {
	draft, err := temporary.Folder(dir, "draft-"+p.Name+"-")
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
		if err := compile(ctx, draft, p.Build(src, out)); err != nil {
			if reason := p.unfit(ctx); reason != "" {
				return reason
			}
			return fmt.Errorf("compiling: %w", err)
		}
	}
	if err := save(draft); err != nil {
		return err
	}
	if err := os.Rename(draft, home); err != nil {
		if _, missing := os.Stat(home); missing != nil {
			return err
		}
	}
	return nil
}

// save has the files of a folder written to the disk, lest a home has empty
// ones after the machine has crashed.
func save(dir string) error {
	if runtime.GOOS == "windows" { // which saves only what is open for writing
		return nil
	}
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		return errors.Join(file.Sync(), file.Close())
	})
}

// discard removes a home, at once for all that look for it.
func discard(dir, home string) error {
	draft, err := temporary.Folder(dir, "draft-discarded-")
	if err != nil {
		return err
	}
	err = os.Rename(home, filepath.Join(draft, "home"))
	if errors.Is(err, fs.ErrNotExist) { // another process was first
		err = nil
	}
	return errors.Join(err, os.RemoveAll(draft))
}

// compile runs a compiler, whose error is what it says last. Its temporary files
// go into dir, and with it: a compiler that is killed leaves them behind.
func compile(ctx context.Context, dir string, args []string) error {
	said, err := output(ctx, compileTime, args, "TMPDIR="+dir, "TMP="+dir, "TEMP="+dir)
	if err != nil && said != "" {
		return fmt.Errorf("%w; the end of what %s says:\n%s", err, args[0], said)
	}
	return err
}

// output runs a tool, which has so much time and those variables besides ours,
// and returns the end of what it says.
func output(ctx context.Context, limit time.Duration, args []string, env ...string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("not done within %v", limit))
	defer cancel()
	var said child.Stderr
	command := exec.CommandContext(ctx, args[0], args[1:]...)
	command.Env = append(child.Environment(), env...)
	command.Stdout, command.Stderr = &said, &said
	command.Cancel = func() error { return child.KillGroup(command.Process) }
	command.WaitDelay = child.Grace
	err := child.Run(command, nil)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return said.String(), err
}
