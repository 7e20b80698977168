//go:build !linux || !(amd64 || arm64 || loong64 || ppc64le || riscv64 || s390x)

package iobound

import (
	"context"
	"runtime"

	"conpar/workloads"
)

func openMapped(context.Context, workloads.Env) (workloads.Runner, error) {
	return nil, workloads.Unavailable("cold pages of a mapped file are not measurable here: " +
		"on " + runtime.GOOS + "/" + runtime.GOARCH + " they cannot be dropped from the page cache before each sample")
}
