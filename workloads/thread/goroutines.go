package thread

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/reexec"
)

var _ = Set.Add(workloads.Workload{
	Name: "parked/of=goroutine",
	Doc:  "Parks goroutines at a channel, all at once in a process of their own, and wakes them up.",
	Kind: workloads.Exhibit,
	Axis: workloads.Axis{Key: "parked", Quick: []int{100_000}, Full: []int{100_000, 1_000_000}},
	Open: func(context.Context, workloads.Env) (workloads.Runner, error) {
		return parked{stageGoroutines(crowdRole, "free")}, nil
	},
})

var _ = Set.Add(workloads.Workload{
	Name: "parked/of=locked",
	Doc:  "Parks goroutines that are locked to threads, all at once in a process of their own, and wakes them up.",
	Kind: workloads.Exhibit,
	Axis: one("parked", 1000),
	Open: func(context.Context, workloads.Env) (workloads.Runner, error) {
		return parked{stageGoroutines(crowdRole, "locked")}, nil
	},
})

const crowdRole = "thread-crowd"

func init() { reexec.Register(crowdRole, crowdMain) }

// stageGoroutines returns the exhibit in a child that has as many processors
// as this process has.
func stageGoroutines(role, kind string) func(context.Context, []int) (report, error) {
	return func(ctx context.Context, counts []int) (r report, err error) {
		if counts[len(counts)-1] > crowdLimit {
			return r, workloads.Unavailable(
				fmt.Sprintf("the race detector allows no more than %d goroutines", crowdLimit))
		}
		args := []string{kind, strconv.Itoa(runtime.GOMAXPROCS(0))}
		for _, count := range counts {
			args = append(args, strconv.Itoa(count))
		}
		child, err := reexec.Start(ctx, role, args...)
		if err != nil {
			return r, err
		}
		r, err = readReport(len(counts), child.ReadLine)
		if err != nil {
			child.Kill() // it may be about to say more than anybody reads
		}
		state, failure := child.Stop()
		r.CPU = state.UserTime() + state.SystemTime()
		if err != nil {
			return r, err // with which the child's failure is told
		}
		return r, failure
	}
}

// readReport reads what the child says, which is still to be checked: a line
// for each step, and one for the sum. A million goroutines take some seconds
// altogether, and more on a busy machine; a child that says nothing for ten is
// given up.
func readReport(steps int, readLine func() (string, error)) (report, error) {
	r := report{Steps: make([]step, steps)}
	for i := range steps {
		if err := readValue(readLine, &r.Steps[i]); err != nil {
			return report{}, err
		}
	}
	err := readValue(readLine, &r.Sum)
	return r, err
}

func readValue(readLine func() (string, error), value any) error {
	line, err := readLine()
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(line), value); err != nil {
		if limit, ok := threadLimit(line); ok {
			return limit
		}
		return fmt.Errorf("%s: it answered nonsense: %.60q: %w", crowdRole, line, err)
	}
	return nil
}

// threadLimit tells that the runtime could not have another thread from the
// first line that it writes when it dies of that, on Linux. With cgo it does
// not tell how many there were.
func threadLimit(line string) (workloads.Unavailable, bool) {
	var threads, errno int
	const failed = "runtime: failed to create new OS thread (have %d already; errno=%d)"
	if _, err := fmt.Sscanf(line, failed, &threads, &errno); err == nil && errno == int(syscall.EAGAIN) {
		return workloads.Unavailable(fmt.Sprintf("only %d threads are allowed here", threads)), true
	}
	if strings.HasPrefix(line, "runtime/cgo: pthread_create failed: Resource temporarily unavailable") {
		return "that many threads are not allowed here", true
	}
	return "", false
}

// crowdMain is the child: it parks so many goroutines, and more, measures each
// time, and wakes all of them up.
func crowdMain(args []string) int {
	numbers := make([]int, len(args)-1)
	for i, arg := range args[1:] {
		numbers[i], _ = strconv.Atoi(arg) // by our own parent
	}
	runtime.GOMAXPROCS(numbers[0])
	debug.SetGCPercent(-1) // all live as long as the process: collecting took a quarter of the time, and saved 0.5%
	if args[0] == "locked" {
		blendOutput()
	}
	c := &crowd{locked: args[0] == "locked", gate: make(chan struct{})}
	say := json.NewEncoder(os.Stdout).Encode
	for _, count := range numbers[1:] {
		s, err := c.grow(count)
		if err == nil {
			err = say(s)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	if err := say(c.wake()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// crowd is goroutines 1 …, which all wait at the gate.
type crowd struct {
	locked  bool
	gate    chan struct{}
	size    int
	arrived atomic.Int64
	sum     atomic.Uint64 // of the numbers of those that were woken up
	members sync.WaitGroup
}

// grow parks as many more as are missing of count, and measures.
func (c *crowd) grow(count int) (s step, err error) {
	for ; c.size < count; c.size++ {
		c.members.Add(1)
		go c.stand(uint64(c.size) + 1)
	}
	for !c.parked() {
		time.Sleep(100 * time.Microsecond)
	}
	s.Alive = int(c.arrived.Load())
	s.Stack = kernel.Metric("/memory/classes/heap/stacks:bytes")
	s.Memory, err = memoryOf("self")
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return s, err
}

// stand is a goroutine of the crowd.
func (c *crowd) stand(number uint64) {
	defer c.members.Done()
	if c.locked {
		runtime.LockOSThread()
	}
	c.arrived.Add(1)
	<-c.gate
	c.sum.Add(number)
}

// parked reports whether all are: they have arrived, and no goroutine but the
// caller is running, or about to.
func (c *crowd) parked() bool {
	return c.arrived.Load() == int64(c.size) && kernel.Settled()
}

// wake lets all go on, waits for their end, and returns the sum of their numbers.
func (c *crowd) wake() uint64 {
	close(c.gate)
	c.members.Wait()
	return c.sum.Load()
}
