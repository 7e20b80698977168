package host

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

func TestKernelThreadsAreToldFromUsers(t *testing.T) {
	proc := t.TempDir()
	thread := func(id, parent, name, ran string) {
		put(t, proc, id+"/stat", id+" ("+name+") S "+parent+" 0 0")
		put(t, proc, id+"/schedstat", ran+" 5 7\n")
	}
	thread("1", "0", "init", "9000")
	thread("2", "0", "kthreadd", "100")
	thread("30", "2", "kworker/1:1-events) S 99", "1000")
	thread("40", "1", "evil) S 2 ", "5000") // a user's process with a name made up
	put(t, proc, "uptime", "1 1")
	k := newKernelThreads(proc)
	expect := func(what string, want time.Duration) {
		t.Helper()
		if got := k.read(); got != want {
			t.Errorf("%s: %d ns, want %d", what, got, want)
		}
	}
	expect("what they ran before does not count", 0)
	thread("2", "0", "kthreadd", "130")
	thread("30", "2", "kworker", "1500")
	thread("1", "0", "init", "99000")
	thread("40", "1", "evil) S 2 ", "95000")
	expect("two threads ran", 530)
	thread("31", "2", "kworker/u8:2", "70")
	expect("a new one", 600)
	thread("31", "2", "another of that number", "20")
	expect("its number was given away", 620)
	put(t, proc, "30/schedstat", "nonsense")
	expect("unreadable", 620)
	expect("and again", 620)
}

func TestKernelThreadsOfThisMachine(t *testing.T) {
	k := newKernelThreads("/proc")
	if first := k.read(); first != 0 {
		t.Errorf("the first reading is %v", first)
	}
	if again := k.read(); again < 0 {
		t.Errorf("time went back to %v", again)
	}
}

// A sample reads them twice, and may take 15 ms beside its process.
func BenchmarkKernelThreads(b *testing.B) {
	k := newKernelThreads("/proc")
	for b.Loop() {
		k.read()
	}
}

func TestKernelThreadsThatEndLoseTheirFiles(t *testing.T) {
	proc := t.TempDir()
	thread := func(id, ran string) {
		put(t, proc, id+"/stat", id+" (k) S 2 0 0")
		put(t, proc, id+"/schedstat", ran+" 5 7\n")
	}
	for i := range keepOpen + 10 { // the last ones are opened for each reading
		thread(strconv.Itoa(100+i), "1000")
	}
	k := newKernelThreads(proc)
	k.read()
	thread("105", "1500")
	thread(strconv.Itoa(100+keepOpen+5), "1020")
	if got := k.read(); got != 520 || k.open != keepOpen {
		t.Errorf("%d ns with %d files open, want 520 with %d", got, k.open, keepOpen)
	}
	for i := range keepOpen + 5 {
		if err := os.RemoveAll(filepath.Join(proc, strconv.Itoa(100+i))); err != nil {
			t.Fatal(err)
		}
	}
	thread(strconv.Itoa(100+keepOpen+5), "1030")
	if got := k.read(); got != 530 || k.open > 5 {
		t.Errorf("%d ns with %d files open after most ended, want 530 with at most 5", got, k.open)
	}
}
