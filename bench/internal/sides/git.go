package sides

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"conpar/workloads/child"
)

// output runs a program in a folder until it ends, or ctx does, and returns what it
// printed. The error has both ends of its stderr.
func output(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Cancel = func() error { return child.KillGroup(cmd.Process) }
	cmd.WaitDelay = child.Grace
	cmd.Env = append(cmd.Environ(), env...)
	var out strings.Builder
	var said child.Stderr
	cmd.Stdout, cmd.Stderr = &out, &said
	err := child.Run(cmd, nil)
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case err != nil && said.String() != "":
		return out.String(), errors.New(said.String())
	case err != nil:
		return out.String(), fmt.Errorf("%s %s: %w", name, args[0], err)
	}
	return out.String(), nil
}

// git runs a git command that writes nothing in the user's repository.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return "", errors.New("git was not found, and a commit cannot be built without it")
	}
	quiet := []string{
		"-c", "core.hooksPath=" + os.DevNull, "-c", "advice.detachedHead=false", "-c", "protocol.file.allow=always",
	}
	out, err := output(ctx, dir, []string{"GIT_OPTIONAL_LOCKS=0", "LC_ALL=C"}, "git", append(quiet, args...)...)
	return strings.TrimSuffix(out, "\n"), err
}

// repository is the user's, or his module without one.
type repository struct {
	top    string // folder of its work tree, or of the module
	head   string // commit; "" without a repository, or before its first commit
	dirty  bool
	inGit  bool
	within string // where the user stands, from top
}

func findRepository(ctx context.Context, dir, module string) (repository, error) {
	r := repository{top: module}
	top, err := git(ctx, dir, "rev-parse", "--show-toplevel")
	if ctx.Err() != nil {
		return r, context.Cause(ctx)
	}
	if err == nil && top != "" {
		r.top, r.inGit = filepath.FromSlash(top), true
		r.head, _ = git(ctx, dir, "rev-parse", "--verify", "--quiet", "HEAD^{commit}") // there may be no commit yet
		changed, err := git(ctx, dir, "status", "--porcelain")
		if err != nil {
			return r, err
		}
		r.dirty = changed != ""
	}
	if r.top, err = filepath.EvalSymlinks(r.top); err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err == nil {
		r.within, err = filepath.Rel(r.top, dir)
	}
	return r, err
}

// commit returns the hash of the commit that a side is made of.
func (r repository) commit(ctx context.Context, rev string) (string, error) {
	if !r.inGit {
		return "", fmt.Errorf("at=%s and -against need a git repository, and %s is in none", rev, r.top)
	}
	name, ofBranch := strings.CutSuffix(rev, mergeBase)
	hash, err := git(ctx, r.top, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	if err != nil {
		return "", r.unknown(ctx, fmt.Sprintf("%s is no commit of this repository", name), name)
	}
	if !ofBranch {
		return hash, nil
	}
	base, err := git(ctx, r.top, "merge-base", "HEAD", hash)
	if err != nil {
		return "", r.unknown(ctx, fmt.Sprintf("HEAD and %s have no commit in common", name), "")
	}
	return base, nil
}

// unknown explains why a commit is not there.
func (r repository) unknown(ctx context.Context, what, name string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if shallow, _ := git(ctx, r.top, "rev-parse", "--is-shallow-repository"); shallow == "true" {
		return fmt.Errorf("%s: the clone is shallow. Fetch all of its history with git fetch --unshallow; "+
			"in GitHub Actions, give actions/checkout fetch-depth: 0", what)
	}
	if name != "" {
		remote := "origin/" + name + "^{commit}"
		if _, err := git(ctx, r.top, "rev-parse", "--verify", "--quiet", "--end-of-options", remote); err == nil {
			return fmt.Errorf("%s; did you mean origin/%s?", what, name)
		}
		return errors.New(what + "; git log and git tag name those that there are")
	}
	return errors.New(what)
}

// tree is the sources of a side.
type tree struct {
	build string // folder in which they are built
	run   string // folder in which the binaries run, with the same files
	dir   string // where the user stands, in build
}

// checkout makes a tree of a commit, in a clone that shares the repository's
// objects: `git worktree` would write into the repository.
func (r repository) checkout(ctx context.Context, commit, to string) (tree, error) {
	t := tree{build: to, run: to, dir: filepath.Join(to, r.within)}
	_, err := git(ctx, r.top, "clone", "--quiet", "--shared", "--no-checkout", "--template=", "--", r.top, to)
	if err == nil {
		_, err = git(ctx, to, "checkout", "--quiet", "--detach", commit)
	}
	if err == nil {
		err = r.submodules(ctx, to)
	}
	if err != nil {
		return t, fmt.Errorf("checking out %.12s: %w", commit, err)
	}
	if info, err := os.Stat(t.dir); err != nil || !info.IsDir() {
		return t, fmt.Errorf("%s is no folder in commit %.12s", r.within, commit)
	}
	return t, nil
}

// submodules checks out those of a clone, from the repository's own clones of them where it
// has some.
func (r repository) submodules(ctx context.Context, to string) error {
	if _, err := os.Stat(filepath.Join(to, ".gitmodules")); err != nil {
		return nil
	}
	own, err := git(ctx, r.top, "rev-parse", "--git-common-dir")
	if err != nil {
		return err
	}
	if !filepath.IsAbs(own) {
		own = filepath.Join(r.top, own)
	}
	paths, err := git(ctx, to, "config", "--file", ".gitmodules", "--get-regexp", `^submodule\..*\.path$`)
	if err != nil {
		return err
	}
	for line := range strings.Lines(paths) {
		key, _, _ := strings.Cut(line, " ")
		name := strings.TrimSuffix(key, ".path") // "submodule.lib"
		clone := filepath.Join(own, "modules", filepath.FromSlash(strings.TrimPrefix(name, "submodule.")))
		if _, err := os.Stat(clone); err != nil {
			continue
		}
		if _, err := git(ctx, to, "config", name+".url", clone); err != nil {
			return err
		}
	}
	if _, err = git(ctx, to, "submodule", "--quiet", "update", "--init"); err != nil {
		return fmt.Errorf("its submodules: %w", err)
	}
	return nil
}

// copyFiles makes a tree of the files as they are. They are built in their own place, where
// workspaces, replaced modules and ignored files are found as usual, and run in a
// copy, so that they change none of the user's files.
func (r repository) copyFiles(ctx context.Context, to string) (tree, error) {
	t := tree{build: r.top, run: to, dir: filepath.Join(r.top, r.within)}
	names := []string{"."}
	if r.inGit {
		list, err := git(ctx, r.top, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
		if err != nil {
			return t, err
		}
		names = slices.Compact(slices.Sorted(slices.Values(strings.Split(strings.Trim(list, "\x00"), "\x00"))))
	}
	for _, name := range names {
		if ctx.Err() != nil {
			return t, context.Cause(ctx)
		}
		if name == "" {
			continue
		}
		if err := copyAll(r.top, to, filepath.FromSlash(name)); err != nil {
			return t, fmt.Errorf("copying %s: %w", name, err)
		}
	}
	return t, nil
}
