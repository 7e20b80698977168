package iobound

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"conpar/workloads"
	"conpar/workloads/self"
	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) { workloadtest.Main(m) }

func TestConformance(t *testing.T) { workloadtest.Run(t, &Set) }

// open returns an opened workload, and has it closed at the end of the test.
func open(t testing.TB, name string) workloads.Runner {
	t.Helper()
	for _, w := range Set.All() {
		if w.Name != name {
			continue
		}
		r, err := w.Open(t.Context(), workloads.Env{CPUs: 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.Close() })
		return r
	}
	t.Fatalf("no workload %q", name)
	return nil
}

// The first outputs of splitmix64 from seed 0, as in the published C program.
func TestMixIsSplitmix64(t *testing.T) {
	const step = 0x9e3779b97f4a7c15
	for i, want := range []uint64{0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4, 0x06c45d188009454f} {
		if got := mix(uint64(i) * step); got != want {
			t.Errorf("output %d: %#x, want %#x", i, got, want)
		}
	}
}

func TestDelayIsReported(t *testing.T) {
	for _, w := range Set.All() {
		for _, g := range []int{0, 2} {
			result, err := open(t, w.Name).Run(t.Context(), g, 4)
			if err != nil {
				t.Fatal(err)
			}
			if len(result.Metrics) != 1 || result.Metrics[0].Unit != "delay-ns" {
				t.Fatalf("%s: metrics %v, want delay-ns", w.Name, result.Metrics)
			}
			// A mean of fewer or more waits than there were tasks would show.
			if d := time.Duration(result.Metrics[0].Value); d < delay || d > time.Minute {
				t.Errorf("%s: a delay of %v, want %v or somewhat more", w.Name, d, delay)
			}
		}
	}
}

func TestServerCPUIsReported(t *testing.T) {
	r := open(t, "tcp")
	var cpu time.Duration
	for range 20 { // a clock that ticks at 15 ms may miss a short run
		result, err := r.Run(t.Context(), 64, 64)
		if err != nil {
			t.Fatal(err)
		}
		if cpu += result.OtherCPU; cpu > 0 {
			return
		}
	}
	t.Error("the server needed no CPU time for 1,280 requests")
}

func TestConnectionsAreKept(t *testing.T) {
	r := open(t, "tcp").(*tcp)
	if err := r.Prepare(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	first := r.conns[0]
	if len(r.conns) != 3 {
		t.Errorf("%d connections prepared, want 3", len(r.conns))
	}
	for g, want := range []int{3, 3, 3, 3, 4} { // fewer are not given up
		if _, err := r.Run(t.Context(), g, 1); err != nil {
			t.Fatal(err)
		}
		if len(r.conns) != want || r.conns[0] != first {
			t.Errorf("%d connections after a run over %d goroutines, want %d, the first kept", len(r.conns), g, want)
		}
	}
}

func TestDeadServerEndsTheRun(t *testing.T) {
	for _, g := range []int{0, 8} {
		r := open(t, "tcp").(*tcp)
		if err := r.Prepare(t.Context(), g); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(50*time.Millisecond, r.server.Kill)
		_, err := r.Run(t.Context(), g, 1<<30)
		if err == nil || !strings.Contains(err.Error(), "server is gone") {
			t.Errorf("%d goroutines: error %v, want that the server is gone", g, err)
		}
		if _, err := r.Run(t.Context(), g, 1); err == nil {
			t.Errorf("%d goroutines: a run without a server", g)
		}
		if err := r.Close(); err == nil {
			t.Error("Close is silent about the server's death")
		}
	}
}

func TestCancelledRunHasItsCause(t *testing.T) {
	cause := errors.New("the user has gone")
	for _, w := range Set.All() {
		r := open(t, w.Name)
		for _, g := range []int{0, 8} {
			ctx, cancel := context.WithCancelCause(t.Context())
			timer := time.AfterFunc(15*time.Millisecond, func() { cancel(cause) })
			if _, err := r.Run(ctx, g, 1<<30); !errors.Is(err, cause) {
				t.Errorf("%s, %d goroutines: error %v, want %v", w.Name, g, err, cause)
			}
			timer.Stop()
			cancel(nil)
		}
	}
}

func TestDialRefusesAnotherServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() { // an echo, of one connection
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		buf := make([]byte, frame)
		conn.Read(buf)
		conn.Write(buf)
	}()
	_, err = dial(t.Context(), listener.Addr().String(), time.Minute)
	if err == nil || !strings.Contains(err.Error(), "not a delay server") {
		t.Errorf("error %v", err)
	}
}

func TestOpenHonoursItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := startServer(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

func TestServerOutlivesTheOpening(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, err := startServer(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := s.stats(); err != nil {
		t.Errorf("the server went with the context of its opening: %v", err)
	}
	if _, err := s.Stop(); err != nil {
		t.Error(err)
	}
}

// The server's side of a request and the client's, in one process.
func TestRequestsDoNotAllocate(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		if conn, err := listener.Accept(); err == nil {
			attend(conn)
		}
	}()
	c, err := dial(t.Context(), listener.Addr().String(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	allocs := testing.AllocsPerRun(20, func() {
		if reply, err := c.ask(5); reply != mix(5) || err != nil {
			t.Errorf("reply %#x, %v", reply, err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a request", allocs)
	}
	c.conn.Close()
	<-gone
}

// BenchmarkTask shows the cells of the full axis, with the CPU time of a task
// on both sides.
func BenchmarkTask(b *testing.B) {
	for _, w := range Set.All() {
		r := open(b, w.Name)
		for _, g := range w.Axis.Full {
			b.Run(fmt.Sprintf("work=%s/goroutines=%d", w.Name, g), func(b *testing.B) {
				n := (b.N + max(g, 1) - 1) / max(g, 1) * max(g, 1)
				if p, ok := r.(workloads.Preparer); ok {
					if err := p.Prepare(b.Context(), g); err != nil {
						b.Fatal(err)
					}
				}
				b.ResetTimer()
				before := ownCPU(b)
				result, err := r.Run(b.Context(), g, n)
				if err != nil || result.Sum != r.Want(n) {
					b.Fatalf("sum %d, %v; want %d", result.Sum, err, r.Want(n))
				}
				b.ReportMetric(float64(b.Elapsed())/float64(n), "ns/op")
				b.ReportMetric(float64(ownCPU(b)-before)/float64(n), "cpu-ns/op")
				b.ReportMetric(float64(result.OtherCPU)/float64(n), "othercpu-ns/op")
				for _, m := range result.Metrics {
					b.ReportMetric(m.Value, m.Unit)
				}
			})
		}
	}
}

func ownCPU(b *testing.B) time.Duration {
	cpu, err := self.CPUTime()
	if err != nil {
		b.Fatal(err)
	}
	return cpu
}

// BenchmarkSleep compares ways of waiting 10 ms: ns/op is the wait itself.
func BenchmarkSleep(b *testing.B) {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	for name, wait := range map[string]func(){
		"sleep": func() { time.Sleep(delay) },
		"timer": func() { timer.Reset(delay); <-timer.C },
		"after": func() { <-time.After(delay) },
	} {
		b.Run("by="+name, func(b *testing.B) {
			before := ownCPU(b)
			for range b.N {
				wait()
			}
			b.ReportMetric(float64(ownCPU(b)-before)/float64(b.N), "cpu-ns/op")
		})
	}
}

// BenchmarkOpen shows what every sample's process pays before it measures.
func BenchmarkOpen(b *testing.B) {
	for _, g := range []int{1, 64, 512} {
		b.Run(fmt.Sprintf("work=tcp/goroutines=%d", g), func(b *testing.B) {
			for range b.N {
				s, err := startServer(b.Context())
				if err != nil {
					b.Fatal(err)
				}
				r := &tcp{server: s, patience: time.Minute}
				if err := r.Prepare(b.Context(), g); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				if err := r.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}
