package run_test

import (
	"bytes"
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/trace"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A long trace is read in bounded memory. scripts/long.sh runs this: it takes
// minutes, and the space of its trace.
func TestLongTrace(t *testing.T) {
	mib, err := strconv.Atoi(os.Getenv("TRACE_MIB"))
	if err != nil {
		t.Skip("scripts/long.sh runs it")
	}
	dir := cmp.Or(os.Getenv("TRACE_DIR"), t.TempDir())
	report := filepath.Join(t.TempDir(), "report.exe")
	if out, err := exec.Command("go", "build", "-o", report, "conpar/report").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	path := filepath.Join(dir, "long.trace")
	size, took := recordLong(t, path, int64(mib)<<20)
	t.Logf("%s: %d MiB, recorded in %v", path, size>>20, took.Round(time.Millisecond))
	for _, format := range []string{"text", "json", "perfetto"} {
		cmd := exec.Command(report, "timeline", "-format", format, path)
		out, errs := new(byteCounter), new(bytes.Buffer)
		cmd.Stdout, cmd.Stderr = out, errs
		start := time.Now()
		if err := cmd.Run(); err != nil || errs.Len() > 0 {
			t.Errorf("%s: %v, %s", format, err, errs)
		}
		peak := peakBytes(cmd.ProcessState) / (1 << 20)
		t.Logf("%-8s %6.1f s, %4.0f MiB at most, %d MiB written", format, time.Since(start).Seconds(), peak, int64(*out)>>20)
		if peak > 512 {
			t.Errorf("%s: it takes %.0f MiB", format, peak)
		}
	}
}

// recordLong records a trace of goroutines that pass numbers to each other.
func recordLong(t *testing.T, path string, size int64) (int64, time.Duration) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	counted := &countedFile{f: f}
	start := time.Now()
	if err := trace.Start(counted); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		ball := make(chan int)
		wg.Go(func() {
			defer close(ball)
			for i := 0; counted.n.Load() < size; i++ {
				if ball <- i; i%1000 == 0 {
					time.Sleep(time.Millisecond) // what is recorded waits in memory until it is written
				}
			}
		})
		wg.Go(func() {
			for range ball {
			}
		})
	}
	wg.Wait()
	trace.Stop()
	return counted.n.Load(), time.Since(start)
}

// countedFile is a file that says how much was written. It can be compared with
// others, as the runtime does with where traces go.
type countedFile struct {
	f *os.File
	n atomic.Int64
}

func (c *countedFile) Write(p []byte) (int, error) {
	n, err := c.f.Write(p)
	c.n.Add(int64(n))
	return n, err
}

// byteCounter counts bytes.
type byteCounter int64

func (c *byteCounter) Write(p []byte) (int, error) {
	*c += byteCounter(len(p))
	return len(p), nil
}
