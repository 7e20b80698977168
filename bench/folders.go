package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"conpar/results"
	"conpar/results/rundir"
	"conpar/workloads"
	"conpar/workloads/affinity"
	"conpar/workloads/cgroup"
)

// runDir makes the folder of a new run, so that a folder that can't be written
// is noticed before anything is measured, and no other process takes it. undo removes
// what it made, unless something is in it.
func runDir(out, machine string, now time.Time) (dir string, undo func(), err error) {
	parent := filepath.Join(out, machine)
	var made []string // if nothing can be written, nothing is to be left
	undo = func() {
		for _, folder := range made {
			_ = os.Remove(folder)
		}
	}
	for up := parent; ; up = filepath.Dir(up) {
		if _, err := os.Stat(up); err == nil || up == filepath.Dir(up) {
			break
		}
		made = append(made, up)
	}
	if err := os.MkdirAll(parent, 0o777); err != nil {
		undo()
		return "", undo, err
	}
	stamp := now.UTC().Format("20060102T150405Z")
	dir = filepath.Join(parent, stamp)
	err = os.Mkdir(dir, 0o777)
	for n := 2; os.IsExist(err); n++ {
		dir = filepath.Join(parent, stamp+"-"+strconv.Itoa(n)) // two runs in one second
		err = os.Mkdir(dir, 0o777)
	}
	if err == nil {
		made = append([]string{dir}, made...)
		err = rundir.Try(dir)
	}
	if err != nil {
		undo()
	}
	return dir, undo, err
}

// environment is what the workloads may know of the machine. Their files, some
// of them programs, lie in the user's cache folder; without a writable one, in a
// temporary folder that done removes. A folder that other users may have made
// would be unsafe: a planted program would be run. Programs by different
// versions of Go share the folder: with files of their own, the files' places in
// memory would look like a difference between the versions.
//
// Control groups that killed processes left behind go before and after the run.
func environment(m results.Machine) (env workloads.Env, done func(), err error) {
	done = cgroup.RemoveLeftovers
	removeAllLeftovers() // a run without a cache folder may have been killed
	cgroup.RemoveLeftovers()
	dir, err := os.UserCacheDir()
	if err == nil {
		dir = filepath.Join(dir, "conpar")
		err = checkWritable(dir)
	}
	if err != nil {
		var remove func()
		if dir, remove, err = tempFolder(); err != nil {
			return workloads.Env{}, done, err
		}
		done = func() { remove(); cgroup.RemoveLeftovers() }
	}
	env = workloads.Env{Dir: dir, CPUs: m.CPUs, CacheBytes: m.CacheBytes}
	if m.OneCPU != nil {
		all, err := affinity.Allowed()
		if err != nil {
			return env, done, err
		}
		env.ServerCPUs = slices.DeleteFunc(all, func(cpu int) bool { return cpu == *m.OneCPU })
	}
	return env, done, nil
}

// checkWritable makes the folder, and tries to write in it.
func checkWritable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "try-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// programDigest returns the SHA-256 of this program, which tells whether the
// code that began a run continues it.
func programDigest() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	program, err := os.ReadFile(path)
	sum := sha256.Sum256(program)
	return hex.EncodeToString(sum[:]), err
}
