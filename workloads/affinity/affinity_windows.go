package affinity

import (
	"errors"
	"math/bits"
	"os/exec"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	kernel = windows.NewLazySystemDLL("kernel32.dll")
	getSet = kernel.NewProc("GetProcessAffinityMask")
	setSet = kernel.NewProc("SetProcessAffinityMask")
)

// Allowed returns the CPUs that this process may use, ascending: those of its
// group of 64.
func Allowed() ([]int, error) { return of(windows.CurrentProcess()) }

func of(process windows.Handle) ([]int, error) {
	var ours, all uintptr
	done, _, err := getSet.Call(uintptr(process), uintptr(unsafe.Pointer(&ours)), uintptr(unsafe.Pointer(&all)))
	if done == 0 {
		return nil, err
	}
	var cpus []int
	for mask := uint64(ours); mask != 0; mask &= mask - 1 {
		cpus = append(cpus, bits.TrailingZeros64(mask))
	}
	return cpus, nil
}

func set(process windows.Handle, cpus []int) error {
	var mask uintptr
	for _, cpu := range cpus {
		mask |= 1 << cpu
	}
	if done, _, err := setSet.Call(uintptr(process), mask); done == 0 {
		return err
	}
	got, err := of(process)
	return check(cpus, got, err)
}

// Start starts cmd. Its process may use these CPUs only, from shortly after its
// start on; without any, those that this process may use.
func Start(cmd *exec.Cmd, cpus []int) error {
	err := cmd.Start()
	if err != nil || len(cpus) == 0 {
		return err
	}
	const access = windows.PROCESS_SET_INFORMATION | windows.PROCESS_QUERY_INFORMATION
	process, err := windows.OpenProcess(access, false, uint32(cmd.Process.Pid))
	if err == nil {
		err = errors.Join(set(process, cpus), windows.CloseHandle(process))
	}
	if err != nil {
		err = errors.Join(err, cmd.Process.Kill(), cmd.Wait())
	}
	return err
}

// Keep keeps this process to these CPUs: every thread that it has and will have.
func Keep(cpus []int) error { return set(windows.CurrentProcess(), cpus) }
