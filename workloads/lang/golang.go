package lang

import (
	"context"
	"fmt"
	"os"
	"runtime"

	"conpar/workloads/fan"
	"conpar/workloads/peer"
	"conpar/workloads/reexec"
)

// goRole is the program in Go: this binary.
const goRole = "lang-go"

func init() { reexec.Register(goRole, serve) }

func serve([]string) int {
	reexec.Answer(reply)
	select {} // package reexec ends the process when stdin ends
}

// reply does what a request asks for.
func reply(request string) string {
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

func startGo(context.Context, string) (client, error) {
	command, err := reexec.Command(context.Background(), goRole)
	if err != nil {
		return nil, fmt.Errorf("go: starting: %w", err)
	}
	return started(peer.StartCommand("go", command, patience))
}
