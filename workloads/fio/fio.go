// Package fio has what fio, the disk benchmark by J. Axboe, says of the disk that
// package iobound reads and syncs: an account that no runtime of Go had part in.
package fio

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
)

// Set holds the workloads of this package.
var Set workloads.Set

var (
	_ = add("fio/of=direct", "reads of 64 KiB past the page cache",
		"--rw=randread", "--bs=64k", "--direct=1", "--size=64m", "--filename=read")
	_ = add("fio/of=sync", "writes of 4 KiB, each with a sync",
		"--rw=randwrite", "--bs=4k", "--fsync=1", "--size=64k")
)

// add adds what fio measures with these options. The options are those of the
// tasks of fileread/cache=direct and filesync.
func add(name, of string, options ...string) workloads.Workload {
	return Set.Add(workloads.Workload{
		Name: name, Kind: workloads.Exhibit,
		Axis: workloads.Axis{Key: "jobs", Quick: []int{1, 64}, Full: []int{1, 64}},
		Doc:  "Has fio measure for 0.2 s how many " + of + ", a second its jobs do, each in a thread of its own.",
		Open: func(_ context.Context, env workloads.Env) (workloads.Runner, error) {
			program, err := exec.LookPath("fio")
			if err != nil {
				return nil, workloads.Unavailable("fio is not installed")
			}
			dir := filepath.Join(env.Dir, strings.ReplaceAll(name, "/of=", "-"))
			if err := os.MkdirAll(dir, 0o700); err != nil {
				return nil, err
			}
			return &runner{program: program, dir: dir, options: options}, nil
		},
	})
}

// runner starts fio once for each task.
type runner struct {
	program string
	dir     string // of its files, which it makes itself, and which are used again
	options []string
	made    int // the jobs that it has made files for
}

// Prepare has fio make the files that are missing, outside of what is timed. Another
// process that made them left a note, since fio takes a third of a second to see that
// they are there. If they were deleted since, fio makes them when it measures.
func (r *runner) Prepare(ctx context.Context, jobs int) error {
	if jobs <= r.made {
		return nil
	}
	note := filepath.Join(r.dir, fmt.Sprintf("made-for-%d", jobs))
	if _, err := os.Stat(note); err != nil {
		if _, _, err := r.fio(ctx, jobs, "--create_only=1"); err != nil {
			return err
		}
		if err := os.WriteFile(note, nil, 0o600); err != nil {
			return err
		}
	}
	r.made = jobs
	return nil
}

func (r *runner) Run(ctx context.Context, jobs, n int) (workloads.Result, error) {
	return fan.Repeat(ctx, n, func() (workloads.Result, error) {
		text, used, err := r.fio(ctx, jobs, "--time_based", "--runtime=200ms")
		if err != nil {
			return workloads.Result{}, err
		}
		rate, err := parse(text)
		return workloads.Result{
			Sum: 1, OtherCPU: used, Metrics: []workloads.Metric{{Unit: "fio-ops/s", Value: rate}},
		}, err
	})
}

// fio runs fio with so many jobs, and returns what it printed and the CPU time that
// it used.
func (r *runner) fio(ctx context.Context, jobs int, more ...string) ([]byte, time.Duration, error) {
	args := append([]string{
		"--name=job", "--ioengine=psync", "--thread", "--group_reporting", "--output-format=json",
		"--numjobs=" + strconv.Itoa(max(jobs, 1)),
	}, r.options...)
	command := exec.CommandContext(ctx, r.program, append(args, more...)...)
	command.Dir = r.dir
	text, err := command.Output()
	if ctx.Err() != nil {
		return nil, 0, context.Cause(ctx)
	}
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			err = fmt.Errorf("%w: %.200s", err, failed.Stderr)
		}
		return nil, 0, fmt.Errorf("fio: %w", err)
	}
	return text, command.ProcessState.UserTime() + command.ProcessState.SystemTime(), nil
}

func (r *runner) Want(n int) uint64 { return uint64(n) }

func (r *runner) Close() error { return nil }
