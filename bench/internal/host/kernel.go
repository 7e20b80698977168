package host

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// kernelThreads adds up how long the kernel's own threads have run. They work
// mostly for us: on an idle machine, those that flush our writes to the disk took
// a tenth of the CPU time. Only Linux shows them as processes.
type kernelThreads struct {
	proc  string                   // "/proc" but in tests
	last  map[string]time.Duration // running time at the latest reading, by process; negative: of a user
	total time.Duration            // since the first reading
	begun bool
}

func newKernelThreads(proc string) *kernelThreads {
	return &kernelThreads{proc: proc, last: map[string]time.Duration{}}
}

const ofUser = -1

// read returns how long they have run since the first reading.
func (k *kernelThreads) read() time.Duration {
	now := map[string]time.Duration{}
	entries, _ := os.ReadDir(k.proc)
	for _, e := range entries {
		id := e.Name()
		if _, err := strconv.Atoi(id); err != nil {
			continue
		}
		last, known := k.last[id]
		if last == ofUser || !known && !k.isThread(id) {
			now[id] = ofUser
			continue
		}
		ran, _, err := schedstat(filepath.Join(k.proc, id, "schedstat"))
		if err != nil {
			continue
		}
		now[id] = ran
		if known || k.begun { // what it ran before the first reading does not count
			if ran < last {
				last = 0 // it got the number of a thread that ended
			}
			k.total += ran - last
		}
	}
	k.last, k.begun = now, true
	return k.total
}

// isThread says whether a process is kthreadd, whose number is 2, or a child
// of it.
func (k *kernelThreads) isThread(id string) bool {
	text, err := os.ReadFile(filepath.Join(k.proc, id, "stat"))
	if err != nil {
		return false
	}
	// The name, in brackets, may hold anything: "123 (a) b) S 2 …".
	_, rest, ok := strings.Cut(string(text[max(0, strings.LastIndexByte(string(text), ')')):]), ") ")
	fields := strings.Fields(rest)
	return ok && len(fields) > 1 && (fields[1] == "2" || id == "2")
}
