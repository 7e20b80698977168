package affinity

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// Allowed returns the CPUs that this process may use, ascending.
func Allowed() ([]int, error) { return of(unix.Getpid()) }

// of returns the CPUs of a thread; 0 is the calling one.
func of(thread int) ([]int, error) {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(thread, &set); err != nil {
		return nil, os.NewSyscallError("sched_getaffinity", err)
	}
	var cpus []int
	for cpu := 0; len(cpus) < set.Count(); cpu++ {
		if set.IsSet(cpu) {
			cpus = append(cpus, cpu)
		}
	}
	return cpus, nil
}

func set(thread int, cpus []int) error {
	var set unix.CPUSet
	for _, cpu := range cpus {
		set.Set(cpu)
	}
	return os.NewSyscallError("sched_setaffinity", unix.SchedSetaffinity(thread, &set))
}

// Start starts cmd. Its process may use these CPUs only, from its first
// instruction on; without any, those that this process may use.
//
// A new process has the CPUs of the thread that forks, and all threads of a
// process have those of the thread that made them. So the calling thread takes
// these CPUs, starts cmd, and takes its own again. If it cannot take them again,
// the goroutine stays on that thread, and the thread ends with it.
func Start(cmd *exec.Cmd, cpus []int) error {
	if len(cpus) == 0 {
		return cmd.Start()
	}
	runtime.LockOSThread()
	own, err := of(0)
	if err != nil {
		runtime.UnlockOSThread()
		return err
	}
	err = set(0, cpus)
	if err == nil {
		got, lost := of(0)
		err = check(cpus, got, lost)
	}
	if err == nil {
		err = cmd.Start()
	}
	if set(0, own) == nil {
		runtime.UnlockOSThread()
	}
	return err
}

// Keep keeps this process to these CPUs: every thread that it has and will have.
// A thread may be made while others are set, so it goes on until none is new.
func Keep(cpus []int) error {
	done := map[string]bool{}
	for {
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return err
		}
		fresh := false
		for _, t := range threads {
			if done[t.Name()] {
				continue
			}
			done[t.Name()], fresh = true, true
			id, err := strconv.Atoi(t.Name())
			if err != nil {
				return err
			}
			if err := set(id, cpus); err != nil && has(id) {
				return err
			}
		}
		if !fresh {
			got, err := Allowed()
			return check(cpus, got, err)
		}
	}
}

// has says whether this process still has a thread.
func has(thread int) bool {
	_, err := os.Stat("/proc/self/task/" + strconv.Itoa(thread))
	return err == nil
}
