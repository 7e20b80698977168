package thread

import (
	"context"
	"fmt"
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
	"conpar/workloads/peer"
	"conpar/workloads/reexec"
)

var (
	_ = Set.AddReady("parked/of=goroutine",
		"Parks goroutines at a channel, all at once in a process of their own, and wakes them up.", workloads.Exhibit,
		workloads.Axis{Key: "parked", Quick: []int{100_000}, Full: []int{100_000, 1_000_000}},
		parked{stageGoroutines(crowdRole, "free")})
	_ = Set.AddReady("parked/of=locked",
		"Parks goroutines that are locked to threads, all at once in a process of their own, and wakes them up.",
		workloads.Exhibit, one("parked", 1000), parked{stageGoroutines(crowdRole, "locked")})
)

const crowdRole = "thread-crowd"

func init() { reexec.Register(crowdRole, crowdMain) }

// stageGoroutines returns the exhibit in a child that has as many processors
// as this process has. A million goroutines take some seconds altogether, and
// more on a busy machine, but no step takes as long as a peer may.
func stageGoroutines(role, kind string) func(context.Context, []int) (report, error) {
	staged := stage(role, func(context.Context) (*peer.Peer, error) {
		command, err := reexec.Command(context.Background(), role, kind, strconv.Itoa(runtime.GOMAXPROCS(0)))
		if err != nil {
			return nil, fmt.Errorf("%s: starting: %w", role, err)
		}
		return peer.StartCommand(role, command, 0)
	})
	return func(ctx context.Context, counts []int) (report, error) {
		if counts[len(counts)-1] > crowdLimit {
			return report{}, workloads.Unavailable(
				fmt.Sprintf("the race detector allows no more than %d goroutines", crowdLimit))
		}
		r, err := staged(ctx, counts)
		if err != nil {
			if limit, ok := threadLimit(err.Error()); ok {
				return r, limit
			}
		}
		return r, err
	}
}

// threadLimit tells that the runtime could not have another thread, from what
// it writes when it dies of that on Linux. With cgo it does not tell how many
// there were.
func threadLimit(said string) (workloads.Unavailable, bool) {
	for line := range strings.Lines(said) {
		var threads, errno int
		const failed = "runtime: failed to create new OS thread (have %d already; errno=%d)"
		if _, err := fmt.Sscanf(line, failed, &threads, &errno); err == nil && errno == int(syscall.EAGAIN) {
			return workloads.Unavailable(fmt.Sprintf("only %d threads are allowed here", threads)), true
		}
		if strings.HasPrefix(line, "runtime/cgo: pthread_create failed: Resource temporarily unavailable") {
			return "that many threads are not allowed here", true
		}
	}
	return "", false
}

// crowdMain is the child. It answers as the program in C++ does.
func crowdMain(args []string) int {
	procs, _ := strconv.Atoi(args[1]) // by our own parent
	runtime.GOMAXPROCS(procs)
	debug.SetGCPercent(-1) // all live as long as the process: collecting took a quarter of the time, and saved 0.5%
	c := &crowd{locked: args[0] == "locked", recycled: args[0] == "recycled", gate: make(chan struct{})}
	if c.recycled {
		enlarge()
	}
	reexec.Answer(c.reply)
	select {} // package reexec ends the process when stdin ends
}

// crowd is goroutines 1 …, which all wait at the gate.
type crowd struct {
	locked   bool
	recycled bool // as many others go deep in their stacks before, and end
	gate     chan struct{}
	size     int
	arrived  atomic.Int64
	sum      atomic.Uint64 // of the numbers of those that were woken up
	members  sync.WaitGroup
}

// reply does what a request asks for.
func (c *crowd) reply(request string) string {
	before, err := reexec.CPUTime()
	if err != nil {
		return "error: " + err.Error()
	}
	var count int
	var reply string
	if request == "wake" {
		reply = fmt.Sprint(c.wake())
	} else if _, err := fmt.Sscanf(request, "park %d", &count); err == nil {
		c.grow(count)
		reply = fmt.Sprint(c.arrived.Load(), kernel.Metric("/memory/classes/heap/stacks:bytes"))
	} else {
		return "error: unknown request"
	}
	after, err := reexec.CPUTime()
	if err != nil {
		return "error: " + err.Error()
	}
	return fmt.Sprintf("%s %d", reply, after-before)
}

// grow parks as many more as are missing of count. They are parked when they have
// arrived, and no goroutine but the caller is running, or about to.
func (c *crowd) grow(count int) {
	if c.recycled {
		dive(count-c.size, func() {})
	}
	for ; c.size < count; c.size++ {
		c.members.Add(1)
		go c.stand(uint64(c.size) + 1)
	}
	for c.arrived.Load() != int64(c.size) || !kernel.Settled() {
		time.Sleep(100 * time.Microsecond)
	}
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

// wake lets all go on, waits for their end, and returns the sum of their numbers.
func (c *crowd) wake() uint64 {
	close(c.gate)
	c.members.Wait()
	return c.sum.Load()
}
