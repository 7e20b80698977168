package lang

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"conpar/workloads/fan"
	"conpar/workloads/peer"
	"conpar/workloads/reexec"
)

// goRole is the program in Go: this binary.
const goRole = "lang-go"

func init() { reexec.Register(goRole, serve) }

// serve is the main of the role. Who answers requests must not block, so it
// answers each with an empty line at once, and the reply comes when it comes,
// before that line or after it.
func serve([]string) int {
	reexec.Answer(func(request string) string {
		go func() { fmt.Println(answer(request)) }()
		return ""
	})
	fmt.Println("ready")
	select {} // package reexec ends the process when stdin ends
}

// answer does what a request asks for.
func answer(request string) string {
	if request == "about" {
		return runtime.Version()
	}
	var name string
	var workers, tasks int
	_, err := fmt.Sscanf(request, "%s %d %d", &name, &workers, &tasks)
	do := map[string]func(int) uint64{"compute": compute, "wait": wait}[name]
	if err != nil || do == nil || workers < 1 || tasks < 0 {
		return "error: not a request: " + request
	}
	before, err := reexec.CPUTime()
	if err != nil {
		return "error: " + err.Error()
	}
	total, err := fan.Run(context.Background(), workers, tasks, func(_, task int) (uint64, error) {
		return do(task), nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	after, err := reexec.CPUTime()
	if err != nil {
		return "error: " + err.Error()
	}
	return fmt.Sprint(total.Sum, int64(after-before), int64(total.Residence))
}

// goPeer is the program in Go as its parent sees it.
type goPeer struct{ process *reexec.Process }

func startGo(ctx context.Context, _ string) (asker, error) {
	process, err := reexec.Start(context.WithoutCancel(ctx), goRole)
	if err != nil {
		return nil, fmt.Errorf("go: starting: %w", err)
	}
	p := goPeer{process}
	if err := p.during(ctx, readyTime, func() error {
		_, err := process.ReadLine() // ready
		return err
	}); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// during calls do, in which the process is killed if ctx ends or it takes
// longer than that.
func (p goPeer) during(ctx context.Context, limit time.Duration, do func() error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("it did not answer for %v", limit))
	defer cancel()
	if ctx.Err() != nil {
		return fmt.Errorf("go: %w", context.Cause(ctx))
	}
	detach := context.AfterFunc(ctx, p.process.Kill)
	err := do()
	if !detach() {
		return fmt.Errorf("go: %w", context.Cause(ctx))
	}
	return err
}

func (p goPeer) Ask(ctx context.Context, request string) (reply string, err error) {
	err = p.during(ctx, patience, func() error {
		reply, err = p.process.Ask(request)
		for reply == "" && err == nil {
			reply, err = p.process.ReadLine()
		}
		return err
	})
	if reason, refused := strings.CutPrefix(reply, "error: "); refused && err == nil {
		return "", &peer.Refused{Program: "go", Reason: reason}
	}
	return reply, err
}

func (p goPeer) Numbers(ctx context.Context, request string, count int) ([]uint64, error) {
	reply, err := p.Ask(ctx, request)
	if err != nil {
		return nil, err
	}
	numbers, err := peer.ParseNumbers(reply, count)
	if err != nil {
		return nil, fmt.Errorf("go: it answered nonsense: %w", err)
	}
	return numbers, nil
}

// CPUTime leaves it to the replies.
func (p goPeer) CPUTime() (time.Duration, bool) { return 0, false }

func (p goPeer) Close() error {
	_, err := p.process.Stop()
	return err
}
