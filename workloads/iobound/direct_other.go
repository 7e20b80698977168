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
