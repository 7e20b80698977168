package cgroup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"conpar/workloads"
)

// root is where the file systems of the kernel are found, and remove removes a group.
var (
	root   = "/"
	remove = os.Remove
)

const prefix = "conpar-quota-"

// parent is a group below which groups may have quotas.
type parent struct {
	dir string
	v1  bool
	own string // of version 1: the group that this process is in
}

// parents returns those that this process sees: its own group and all above, where they
// hand out CPU time to the groups below.
func parents() (all []parent) {
	const mount = "sys/fs/cgroup"
	text, _ := os.ReadFile(filepath.Join(root, "proc/self/cgroup"))
	for line := range strings.Lines(string(text)) {
		part := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(part) != 3 {
			continue
		}
		v1 := slices.Contains(strings.Split(part[1], ","), "cpu")
		if !v1 && part[1] != "" {
			continue
		}
		for group := filepath.Join("/", part[2]); ; group = filepath.Dir(group) {
			p := parent{dir: filepath.Join(root, mount, group)}
			if v1 {
				hierarchy := filepath.Join(root, mount, "cpu")
				p = parent{filepath.Join(hierarchy, group), true, filepath.Join(hierarchy, part[2])}
			}
			if p.handsOut() {
				all = append(all, p)
			}
			if group == "/" {
				break
			}
		}
	}
	return all
}

// handsOut says whether groups below may have quotas.
func (p parent) handsOut() bool {
	if p.v1 {
		_, err := os.Stat(p.dir)
		return err == nil
	}
	controllers, _ := os.ReadFile(filepath.Join(p.dir, "cgroup.subtree_control"))
	return slices.Contains(strings.Fields(string(controllers)), "cpu")
}

// Group is a control group with a quota. The lock on its folder tells others that it is
// in use: the system releases it however this process ends.
type Group struct {
	parent
	lock *os.File // the folder
}

// New makes a group that may use so many CPUs, below the own group or one above. With
// behind, its processes leave CPUs at once to processes of other groups, where the kernel
// has that (Linux 5.15). An error of type [workloads.Unavailable] says what is missing.
func New(cpus float64, behind bool) (*Group, error) {
	RemoveLeftovers()
	var failed error
	for _, p := range parents() {
		g, err := p.make()
		if err == nil {
			if err = g.limit(cpus); err == nil {
				if behind {
					_ = g.write("cpu.idle", "1") // else the generator may be late, which its figures say
				}
				return g, nil
			}
			err = errors.Join(err, g.Close())
		}
		failed = errors.Join(failed, err)
	}
	if failed == nil {
		return nil, workloads.Unavailable("no quota can be set: no control group here hands out CPU time; " +
			"mount cgroup2 at /sys/fs/cgroup and write +cpu to its cgroup.subtree_control")
	}
	reason, _, _ := strings.Cut(failed.Error(), "\n")
	return nil, workloads.Unavailable("no quota can be set: " + reason +
		"; run as root, in a container with a /sys/fs/cgroup that may be written to")
}

// make makes a group and locks it. Another process may remove it before it is locked.
func (p parent) make() (*Group, error) {
	for {
		dir, err := os.MkdirTemp(p.dir, prefix)
		if err != nil {
			return nil, err
		}
		lock, err := locked(dir)
		if err == nil {
			return &Group{parent{dir, p.v1, p.own}, lock}, nil
		}
		if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(err, remove(dir))
		}
	}
}

// locked locks a folder, for as long as the file that it returns is open.
func locked(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		_, err = os.Stat(dir)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (g *Group) write(file, text string) error {
	return os.WriteFile(filepath.Join(g.dir, file), []byte(text), 0o600)
}

func (g *Group) limit(cpus float64) error {
	quota := strconv.Itoa(int(cpus * float64(Period.Microseconds())))
	period := strconv.Itoa(int(Period.Microseconds()))
	if !g.v1 {
		return g.write("cpu.max", quota+" "+period)
	}
	return errors.Join(g.write("cpu.cfs_period_us", period), g.write("cpu.cfs_quota_us", quota))
}

// Start starts cmd in the group: the process is in it before its first instruction.
// Version 2 has a flag for that. In version 1 a new process is in the group of the thread
// that forks, so a thread enters the group, starts cmd, and ends if it cannot go back.
func (g *Group) Start(cmd *exec.Cmd) error {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	if !g.v1 {
		cmd.SysProcAttr.UseCgroupFD, cmd.SysProcAttr.CgroupFD = true, int(g.lock.Fd())
		return named(cmd.Start())
	}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		thread := strconv.Itoa(syscall.Gettid())
		err := g.write("tasks", thread)
		if err == nil {
			err = cmd.Start()
		}
		back := os.WriteFile(filepath.Join(g.own, "tasks"), []byte(thread), 0o600)
		if back == nil {
			runtime.UnlockOSThread()
		}
		started <- err
	}()
	return named(<-started)
}

// named names the group in an error.
func named(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENODEV):
		return fmt.Errorf("the control group with the quota vanished while it was in use: %w", err)
	case err != nil:
		return fmt.Errorf("the control group with the quota: %w", err)
	}
	return nil
}

// Throttled reads how often and for how long the group stood still.
func (g *Group) Throttled() (t Throttled, err error) {
	text, err := os.ReadFile(filepath.Join(g.dir, "cpu.stat"))
	if err != nil {
		return t, named(err)
	}
	found := 0
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.Atoi(value)
		if err != nil {
			return t, named(fmt.Errorf("its cpu.stat says %.80q", line))
		}
		found++
		switch key {
		case "nr_periods":
			t.Periods = n
		case "nr_throttled":
			t.Stopped = n
		case "throttled_time": // version 1
			t.For = time.Duration(n)
		case "throttled_usec": // version 2
			t.For = time.Duration(n) * time.Microsecond
		default:
			found--
		}
	}
	if found < 3 {
		return t, named(errors.New("its cpu.stat does not tell how often it stood still"))
	}
	return t, nil
}

// Close removes the group, whose processes have ended.
func (g *Group) Close() error {
	err := remove(g.dir)
	for try := 0; errors.Is(err, syscall.EBUSY) && try < 100; try++ { // they are being buried
		time.Sleep(10 * time.Millisecond)
		err = remove(g.dir)
	}
	return named(errors.Join(err, g.lock.Close()))
}

// RemoveLeftovers removes groups that processes left behind which were killed. One that
// still has a process stays until the next time.
func RemoveLeftovers() {
	for _, p := range parents() {
		left, _ := filepath.Glob(filepath.Join(p.dir, prefix+"*"))
		for _, dir := range left {
			if lock, err := locked(dir); err == nil {
				_ = remove(dir)
				lock.Close()
			}
		}
	}
}
