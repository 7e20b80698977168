//go:build !linux && !darwin

package iobound

import (
	"os"
	"runtime"

	"conpar/workloads"
)

func openDirect(string, int, os.FileMode) (*os.File, error) {
	return nil, workloads.Unavailable("reads past the page cache are not measurable here: there is no code for it on " + runtime.GOOS)
}

func refusal(err error) error { return err }

// fromDisk calls do: this system does not count what is read from a disk.
func fromDisk(_ int64, do func() error) error { return do() }
