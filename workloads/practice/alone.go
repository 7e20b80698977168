package practice

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"conpar/workloads/internal/kernel"
	"conpar/workloads/reexec"
)

// block has a different beginning for each kind of task.
var block = sync.OnceValue(func() []byte {
	b := make([]byte, 64<<10+kernel.Kinds+1)
	for i := range b {
		b[i] = byte(i % 251)
	}
	return b
})

// ceilingWork has the work of a task by its name.
var ceilingWork = map[string]func(task int) uint64{
	"chain": func(task int) uint64 { return kernel.Churn(kernel.Seed(task), 100_000) },
	"sha256": func(task int) uint64 {
		sum := sha256.Sum256(block()[kernel.Seed(task):][:64<<10])
		return binary.BigEndian.Uint64(sum[:])
	},
}

// computeAlone answers a request in a process of its own: so many tasks of a work,
// and where they begin. The answer is their sum, the time that they took, and the CPU time.
func computeAlone(request string) string {
	var of string
	var from, tasks int
	if _, err := fmt.Sscan(request, &of, &from, &tasks); err != nil || ceilingWork[of] == nil {
		return "error: not a request: " + request
	}
	block() // outside of what is timed
	before, err := reexec.CPUTime()
	start := time.Now()
	var sum uint64
	for task := range tasks {
		sum += ceilingWork[of](from + task)
	}
	took := time.Since(start)
	after, failed := reexec.CPUTime()
	if err := errors.Join(err, failed); err != nil {
		return "error: " + err.Error()
	}
	return fmt.Sprint(sum, int64(took), int64(after-before))
}
