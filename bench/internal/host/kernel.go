package host

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// kernelThreads adds up how long the kernel's own threads have run. They work
// mostly for us: on an idle machine, those that flush our writes to the disk took
// a tenth of the CPU time. Only Linux shows them as processes.
//
// Every sample reads them twice. Their files stay open, since opening one takes
// ten times as long as reading it.
type kernelThreads struct {
	proc  string             // "/proc" but in tests
	known map[string]*thread // by process; nil: of a user
	open  int                // files
	total time.Duration      // since the first reading
	begun bool
}

// thread is a thread of the kernel.
type thread struct {
	file *os.File      // nil: opened for each reading
	ran  time.Duration // at the latest reading
}

// keepOpen bounds the files that stay open: a process may often have no more than
// 1024, and a run has two clocks. A machine of some 30 CPUs has as many threads.
const keepOpen = 400

func newKernelThreads(proc string) *kernelThreads {
	return &kernelThreads{proc: proc, known: map[string]*thread{}}
}

// read returns how long they have run since the first reading.
func (k *kernelThreads) read() time.Duration {
	now := map[string]*thread{}
	for _, id := range processes(k.proc) {
		t, known := k.known[id]
		if known && t == nil || !known && !k.isThread(id) {
			now[id] = nil
			continue
		}
		if !known {
			t = &thread{}
		}
		delete(k.known, id)
		ran, err := k.ranOf(id, t)
		if err != nil { // it ended; who got its number is new
			k.close(t)
			continue
		}
		if known || k.begun { // what it ran before the first reading does not count
			if ran < t.ran {
				t.ran = 0 // it got the number of a thread that ended
			}
			k.total += ran - t.ran
		}
		t.ran, now[id] = ran, t
	}
	for _, ended := range k.known {
		k.close(ended)
	}
	k.known, k.begun = now, true
	return k.total
}

// processes returns the numbers of all processes.
func processes(proc string) (ids []string) {
	dir, err := os.Open(proc)
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		if _, err := strconv.Atoi(name); err == nil {
			ids = append(ids, name)
		}
	}
	return ids
}

// ranOf returns how long a thread has run in all.
func (k *kernelThreads) ranOf(id string, t *thread) (time.Duration, error) {
	f := t.file
	if f == nil {
		var err error
		if f, err = os.Open(filepath.Join(k.proc, id, "schedstat")); err != nil {
			return 0, err
		}
		if k.open < keepOpen {
			t.file = f
			k.open++
		} else {
			defer f.Close()
		}
	}
	var text [100]byte // three numbers
	n, err := f.ReadAt(text[:], 0)
	if err != nil && err != io.EOF {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text[:n]), " ")
	ran, err := count(first)
	return time.Duration(ran), err
}

func (k *kernelThreads) close(t *thread) {
	if t != nil && t.file != nil {
		_ = t.file.Close() // only read
		k.open--
	}
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
