package host

import (
	"errors"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"conpar/results"
)

// groups returns the folders of the control groups whose limits on CPU time
// apply to this process: its own and all above, of both versions. It leaves out
// missing folders: in a container our own is often missing below the mount, whose
// limits then apply. hidden says that there are groups above those that we see.
func groups(files fs.FS) (dirs []string, hidden bool) {
	const mount = "sys/fs/cgroup"
	text, err := readFile(files, "proc/self/cgroup")
	if err != nil {
		return nil, false
	}
	for line := range strings.Lines(text) {
		part := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(part) != 3 || len(part[2]) > 4096 { // the longest path there is
			continue
		}
		switch {
		case part[1] == "": // version 2
			// Only the root has no cgroup.events; see newClock.
			for _, m := range []string{mount, mount + "/unified"} {
				dirs = append(dirs, upwards(files, m, part[2])...)
				hidden = hidden || has(files, m+"/cgroup.events")
			}
		case slices.Contains(strings.Split(part[1], ","), "cpu"): // version 1
			m := mount + "/cpu"
			dirs = append(dirs, upwards(files, m, part[2])...)
			hidden = hidden || has(files, m) && !has(files, m+"/release_agent")
		}
	}
	return dirs, hidden
}

// upwards returns the folders from group, below a mount, up to the mount, as
// far as they are there.
func upwards(files fs.FS, mount, group string) []string {
	var dirs []string
	for group = path.Join("/", group); ; group = path.Dir(group) {
		if dir := path.Join(mount, group); has(files, dir) {
			dirs = append(dirs, dir)
		}
		if group == "/" {
			return dirs
		}
	}
}

func has(files fs.FS, name string) bool {
	_, err := fs.Stat(files, name)
	return err == nil
}

// quota returns how many CPUs the control groups of this process allow it: +Inf
// without a limit. The error says that no group tells its limit, or that one
// makes no sense; the limits that were found count nevertheless.
func quota(files fs.FS) (cpus float64, hidden bool, err error) {
	dirs, hidden := groups(files)
	cpus, err = math.Inf(1), fs.ErrNotExist
	for _, dir := range dirs {
		switch q, e := limit(files, dir); {
		case e == nil:
			cpus = min(cpus, q)
			if errors.Is(err, fs.ErrNotExist) {
				err = nil
			}
		case !errors.Is(e, fs.ErrNotExist):
			err = e
		}
	}
	return cpus, hidden, err
}

// limit returns a group's quota over its period, both in microseconds: cpu.max
// of version 2 holds both, "200000 100000", or "max 100000" without a limit;
// version 1 has two files, and -1 for no limit. The kernel takes periods from a
// millisecond to a second.
func limit(files fs.FS, dir string) (float64, error) {
	text, err := readFile(files, path.Join(dir, "cpu.max"))
	if errors.Is(err, fs.ErrNotExist) {
		if text, err = readFile(files, path.Join(dir, "cpu.cfs_quota_us")); err == nil {
			period, _ := readFile(files, path.Join(dir, "cpu.cfs_period_us"))
			text += " " + period
		}
	}
	if err != nil {
		return 0, err
	}
	first, second, _ := strings.Cut(text, " ")
	if first == "max" {
		first = "-1"
	}
	quota, err1 := strconv.ParseInt(first, 10, 64)
	period, err2 := strconv.ParseInt(second, 10, 64)
	switch {
	case err1 != nil || err2 != nil || period < 1e3 || period > 1e6 || quota == 0 || quota < -1:
		return 0, errNonsense
	case quota == -1:
		return math.Inf(1), nil
	}
	return float64(quota) / float64(period), nil
}

// hiddenGroups is why a process in a container may have limits that it cannot see.
const hiddenGroups = "in the control groups that we see; those above are hidden"

// quota: once it is used up, all threads are stopped until the period ends, for
// longer than a sample lasts.
func (s system) quota() results.Hazard {
	cpus, hidden, err := quota(s.files)
	available := s.machine.Available
	switch {
	case cpus < float64(available):
		return warn("%.3g of %d CPUs", cpus, available)
	case err != nil:
		return unreadable(err, "cpu.max or cpu.cfs_quota_us")
	case hidden:
		return unknown("none %s", hiddenGroups)
	case math.IsInf(cpus, 1):
		return ok("none")
	}
	return ok("%.3g CPUs for the %d available", cpus, available)
}

// throttled reads how often each group was stopped because its quota was used up,
// and for how many nanoseconds.
func throttled(files fs.FS) (counters, error) {
	c := counters{}
	dirs, _ := groups(files)
	for _, dir := range dirs {
		text, err := readFile(files, path.Join(dir, "cpu.stat"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, key := range []struct {
			name, as string
			unit     uint64
		}{{"nr_throttled", "periods", 1}, {"throttled_usec", "time", 1000}, {"throttled_time", "time", 1}} {
			n, err := keyed(text, key.name)
			if errors.Is(err, fs.ErrNotExist) {
				continue // of the other version, or a group that can have no quota
			}
			if err != nil || n > math.MaxInt64/key.unit {
				return nil, errNonsense
			}
			c[key.as+" "+dir] = n * key.unit
		}
	}
	if len(c) == 0 {
		return nil, fs.ErrNotExist
	}
	return c, nil
}

// throttledPeriods: one is enough, because it stops all threads for longer than a
// sample lasts. Of groups that nest it tells of the one that was stopped longest: a
// thread that two of them stop at once waits once. The kernel adds the time of all
// CPUs up.
func (w *Watch) throttledPeriods(i interval) results.Hazard {
	var periods, nanos float64
	for name := range i.rise {
		_, dir, _ := strings.Cut(name, " ")
		p, ns := i.rise["periods "+dir], i.rise["time "+dir]
		if ns > nanos || ns == nanos && p > periods {
			periods, nanos = p, ns
		}
	}
	_, hidden := groups(w.files)
	switch {
	case periods > 0 || nanos > 0:
		return warn("%.0f, for %.3g CPU-seconds", periods, nanos/1e9)
	case hidden:
		return unknown("none %s", hiddenGroups)
	}
	return ok("none")
}
