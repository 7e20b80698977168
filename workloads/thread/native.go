package thread

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/peer"
)

var _ = Set.Add(workloads.Workload{
	Name: "create/of=thread", Kind: workloads.Exhibit, Axis: one("threads", 1),
	Doc:  "Creates a thread of a C++ program, on the same CPU, and joins it.",
	Open: onOneCPU("create", 1),
})

var _ = Set.Add(workloads.Workload{
	Name: "switch/of=thread", Kind: workloads.Exhibit, Axis: one("threads", 2),
	Doc:  "Wakes up another thread of a C++ program on the same CPU, by a futex, and waits to be woken up.",
	Open: onOneCPU("switch", 2),
})

//go:embed cpp/threads.cc
var sources embed.FS

// program is the C++ program; its source says what it answers.
var program = peer.Program{
	Name: "threads", Files: sources, Tools: []string{"g++"},
	Build: func(src, out string) []string {
		return []string{"g++", "-std=c++17", "-O2", "-pthread",
			"-o", filepath.Join(out, "threads"), filepath.Join(src, "cpp", "threads.cc")}
	},
	Run: func(_, out string) []string { return []string{filepath.Join(out, "threads")} },
}

// requestOps is the most that is asked for at a time: to create as many threads
// takes a second or so, against the 20 that the program may take, and to ask
// takes less than a hundredth of switching as often.
const requestOps = 10_000

// native is the Runner of what the C++ program does: the time is that of the
// requests.
type native struct {
	dir     string
	program peer.Program
	request string
	threads int
	peer    *peer.Peer // nil once a request has failed, until the next Prepare
}

// onOneCPU is for what is compared with goroutines that have one processor:
// the threads get no more. It is to the threads' advantage: on a machine with 2
// CPUs a creation took about 0.6 times as long as when they might run on both.
func onOneCPU(request string, threads int) func(context.Context, workloads.Env) (workloads.Runner, error) {
	return func(ctx context.Context, env workloads.Env) (workloads.Runner, error) {
		if runtime.GOOS != "linux" {
			return nil, workloads.Unavailable("threads can be put on one CPU on Linux alone")
		}
		return openNative(ctx, env.Dir, program, request, threads)
	}
}

func openNative(
	ctx context.Context, dir string, p peer.Program, request string, threads int,
) (workloads.Runner, error) {
	r := &native{dir: dir, program: p, request: request, threads: threads}
	return r, r.Prepare(ctx, threads)
}

// Prepare starts the program again, outside timing, if it was killed because
// the context of a request had ended, or had failed.
func (r *native) Prepare(ctx context.Context, _ int) (err error) {
	if r.peer == nil {
		r.peer, err = peer.Start(ctx, r.dir, r.program)
	}
	return err
}

func (r *native) Run(ctx context.Context, g, n int) (result workloads.Result, err error) {
	if g != r.threads {
		return result, fmt.Errorf("%s is done by %d threads, not by %d", r.request, r.threads, g)
	}
	if err := r.Prepare(ctx, g); err != nil {
		return result, err
	}
	for done := 0; done < n; {
		count := min(n-done, requestOps)
		reply, cpu, err := ask(ctx, r.peer, r.program.Name, fmt.Sprintf("%s %d %d", r.request, done+1, count), 2)
		if err != nil {
			r.Close() // which has nothing to add
			return result, err
		}
		result.Sum += reply[0]
		result.OtherCPU += cpu
		done += count
	}
	return result, nil
}

// ask asks for so many numbers; the last is the CPU time in ns that the program
// has spent. What exceeds a limit of the system on threads is an
// [workloads.Unavailable].
func ask(ctx context.Context, p *peer.Peer, name, request string, count int) ([]uint64, time.Duration, error) {
	start := time.Now()
	reply, err := p.Numbers(ctx, request, count)
	wall := time.Since(start)
	if refused, ok := errors.AsType[*peer.Refused](err); ok {
		if limit, ok := strings.CutPrefix(refused.Reason, "limit: "); ok {
			return nil, 0, workloads.Unavailable(limit)
		}
	}
	if err != nil {
		return nil, 0, err
	}
	ns := reply[count-1]
	if most := peer.MostCPU(wall); ns > uint64(most) {
		return nil, 0, fmt.Errorf("%s: it answered nonsense: %d ns of CPU time, which is more than the %v that can be",
			name, ns, most)
	}
	return reply, time.Duration(ns), nil
}

func (r *native) Want(n int) uint64 { return kernel.Triangle(n) }

func (r *native) Close() error {
	if r.peer == nil {
		return nil
	}
	p := r.peer
	r.peer = nil
	return p.Close()
}
