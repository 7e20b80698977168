//go:build !linux

package cgroup

import (
	"os/exec"
	"runtime"

	"conpar/workloads"
)

// Group is a control group, which this system does not have.
type Group struct{}

const errNone = workloads.Unavailable("no quota can be set: control groups are Linux's, and this is " + runtime.GOOS)

// New returns an error that says so.
func New(float64, bool) (*Group, error) { return nil, errNone }

// Start starts nothing.
func (*Group) Start(*exec.Cmd) error { return errNone }

// Throttled reads nothing.
func (*Group) Throttled() (Throttled, error) { return Throttled{}, errNone }

// Close has nothing to remove.
func (*Group) Close() error { return nil }

// RemoveLeftovers has nothing to remove.
func RemoveLeftovers() {}
