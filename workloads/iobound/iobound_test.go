package iobound

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/reexec"
	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) { workloadtest.Main(m) }

// most is the number of goroutines up to which a workload is tried for
// conformance. TestMoreGoroutines does the rest. Looking for leaks takes long
// among thousands of goroutines, 40 s for http; and those that compute keep a
// cancellation waiting, with the race detector, for 10 ms each.
func most(w workloads.Workload) int {
	if w.Name == "fileread/cache=page" {
		return 64
	}
	return 512
}

func TestConformance(t *testing.T) {
	var set workloads.Set
	for _, w := range Set.All() {
		few, _ := split(w)
		w.Axis.Full = few
		set.Add(w)
	}
	workloadtest.Run(t, &set)
}

// split splits w's axis.
func split(w workloads.Workload) (few, more []int) {
	for _, g := range w.Axis.Full {
		if g <= most(w) {
			few = append(few, g)
		} else {
			more = append(more, g)
		}
	}
	return few, more
}

// What waits for a timer or a network is seen by the runtime.
func TestBlockingIsTold(t *testing.T) {
	for _, w := range Set.All() {
		if want := !slices.Contains(delayed, w.Name); w.Blocks != want {
			t.Errorf("%s: that its tasks block in the kernel is %v, want %v", w.Name, w.Blocks, want)
		}
	}
}

// open returns an opened workload, and has it closed at the end of the test.
func open(t testing.TB, name string) workloads.Runner {
	t.Helper()
	r, err := workloadtest.Find(t, &Set, name).Open(t.Context(), workloads.Env{Dir: t.TempDir(), CPUs: 1})
	if reason, ok := errors.AsType[workloads.Unavailable](err); ok {
		t.Skip(reason)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// onRemotes tests each workload with a server, side by side: most of that is waiting.
func onRemotes(t *testing.T, test func(t *testing.T, name string)) {
	for _, name := range remotes {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, name) })
	}
}

// remotes are the workloads with a server, delayed those whose tasks wait for
// a known time.
var (
	remotes = []string{"http", "tcp"}
	delayed = []string{"http", "tcp", "wait"}
)

func TestDelayIsReported(t *testing.T) {
	for _, name := range delayed {
		for _, g := range []int{0, 2} {
			result, err := open(t, name).Run(t.Context(), g, 4)
			if err != nil {
				t.Fatal(err)
			}
			if len(result.Metrics) != 1 || result.Metrics[0].Unit != "delay-ns" {
				t.Fatalf("%s: metrics %v, want delay-ns", name, result.Metrics)
			}
			// A mean of fewer or more waits than there were tasks would show.
			if d := time.Duration(result.Metrics[0].Value); d < delay || d > time.Minute {
				t.Errorf("%s: a delay of %v, want %v or somewhat more", name, d, delay)
			}
		}
	}
}

func TestServerCPUIsReported(t *testing.T) {
	for _, name := range remotes {
		t.Run(name, func(t *testing.T) {
			r := open(t, name)
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
		})
	}
}

func TestConnectionsAreKept(t *testing.T) {
	for _, name := range remotes {
		r := open(t, name).(*remote)
		if err := r.Prepare(t.Context(), 3); err != nil {
			t.Fatal(err)
		}
		prepared := slices.Clone(r.conns)
		if len(prepared) != 3 {
			t.Errorf("%s: %d connections prepared, want 3", name, len(prepared))
		}
		for _, g := range []int{3, 1, 3, 0, 3} { // fewer are not given up
			if _, err := r.Run(t.Context(), g, 10); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(r.conns, prepared) {
				t.Errorf("%s: other connections after a run over %d goroutines", name, g)
			}
		}
		if _, err := r.Run(t.Context(), 4, 1); err != nil {
			t.Fatal(err)
		}
		if n := len(r.conns); n != 4 {
			t.Errorf("%s: %d connections after a run over 4 goroutines", name, n)
		}
	}
}

func TestConnectionsSurviveACancellation(t *testing.T) {
	t.Parallel()
	onRemotes(t, func(t *testing.T, name string) {
		r := open(t, name).(*remote)
		if err := r.Prepare(t.Context(), 8); err != nil {
			t.Fatal(err)
		}
		prepared := slices.Clone(r.conns)
		ctx, cancel := context.WithCancel(t.Context())
		timer := time.AfterFunc(15*time.Millisecond, cancel)
		if _, err := r.Run(ctx, 8, 1<<30); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want %v", err, context.Canceled)
		}
		timer.Stop()
		cancel()
		time.Sleep(grace) // the deadline that was set must not be in force any more
		if result, err := r.Run(t.Context(), 8, 20); err != nil || result.Sum != kernel.WantMix(20) {
			t.Errorf("the next run: %+v, %v", result, err)
		}
		if !slices.Equal(r.conns, prepared) {
			t.Error("the connections were dropped")
		}
	})
}

func TestDeadServerEndsTheRun(t *testing.T) {
	for _, name := range remotes {
		for _, g := range []int{0, 8} {
			r := open(t, name).(*remote)
			if err := r.Prepare(t.Context(), g); err != nil {
				t.Fatal(err)
			}
			time.AfterFunc(50*time.Millisecond, r.server.Kill)
			_, err := r.Run(t.Context(), g, 1<<30)
			if err == nil || !strings.Contains(err.Error(), "server is gone") {
				t.Errorf("%s, %d goroutines: error %v, want that the server is gone", name, g, err)
			}
			if _, err := r.Run(t.Context(), g, 1); err == nil || !strings.Contains(err.Error(), "server is gone") {
				t.Errorf("%s, %d goroutines: a run without a server: error %v", name, g, err)
			}
			if err := r.Close(); err == nil {
				t.Errorf("%s: Close is silent about the server's death", name)
			}
		}
	}
}

func TestCancelledRunHasItsCause(t *testing.T) {
	cause := errors.New("the user has gone")
	for _, w := range Set.All() {
		t.Run(w.Name, func(t *testing.T) {
			r := open(t, w.Name)
			for _, g := range []int{0, 8} {
				ctx, cancel := context.WithCancelCause(t.Context())
				timer := time.AfterFunc(15*time.Millisecond, func() { cancel(cause) })
				if _, err := r.Run(ctx, g, 1<<30); !errors.Is(err, cause) {
					t.Errorf("%d goroutines: error %v, want %v", g, err, cause)
				}
				timer.Stop()
				cancel(nil)
			}
		})
	}
}

func TestTooFewDescriptorsAreTold(t *testing.T) {
	limit := descriptors()
	if limit == math.MaxInt {
		t.Skip("there is no limit")
	}
	for _, name := range []string{"http", "tcp", "filesync"} {
		r := open(t, name)
		err := r.(workloads.Preparer).Prepare(t.Context(), limit)
		if err == nil || !strings.Contains(err.Error(), "file descriptors") {
			t.Errorf("%s: error %v", name, err)
		}
		if _, err := r.Run(t.Context(), 2, 2); err != nil {
			t.Errorf("%s: afterwards: %v", name, err)
		}
	}
}

// parrot is a server that sends back what it is sent, on one connection.
func parrot(t *testing.T) (addr string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		if conn, err := listener.Accept(); err == nil {
			io.Copy(conn, conn)
			conn.Close()
		}
	})
	t.Cleanup(func() { listener.Close(); wg.Wait() })
	return listener.Addr().String()
}

// unopened returns a workload of that protocol, with a server that is not ours.
func unopened(t *testing.T, name, addr string) *remote {
	opened := open(t, name).(*remote)
	r := *opened
	r.server = &server{addr: addr}
	return &r
}

func TestConnectRefusesAnotherServer(t *testing.T) {
	r := unopened(t, "tcp", parrot(t))
	err := r.connect(t.Context(), 1)
	if err == nil || !strings.Contains(err.Error(), "not a delay server") {
		t.Errorf("error %v", err)
	}
	if len(r.conns) > 0 {
		t.Error("the connection was kept")
	}
}

func TestWrongRepliesAreFound(t *testing.T) {
	right := binary.BigEndian.AppendUint64(nil, kernel.Mix(hello))
	for name, c := range map[string]struct {
		reply func(w http.ResponseWriter)
		says  string
	}{
		"another answer": {func(w http.ResponseWriter) { w.Write(make([]byte, frame)) }, "not a delay server"},
		"nothing":        {func(w http.ResponseWriter) {}, "0 bytes"},
		"too short":      {func(w http.ResponseWriter) { w.Write(right[1:]) }, "7 bytes"},
		"too long":       {func(w http.ResponseWriter) { w.Write(append(right[:frame:frame], 0)) }, "9 bytes"},
		"an error":       {func(w http.ResponseWriter) { http.Error(w, string(right), http.StatusNotFound) }, "404"},
		"cut off": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", strconv.Itoa(frame))
			w.Write(right[1:])
		}, "7 bytes"},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { c.reply(w) }))
		r := unopened(t, "http", s.Listener.Addr().String())
		if err := r.connect(t.Context(), 1); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", name, err, c.says)
		}
		s.Close()
	}
}

// refusing is a listener that says that it might accept another time.
type refusing struct{ net.Listener }

type passing struct{ error }

func (passing) Timeout() bool { return false }

func (passing) Temporary() bool { return true }

func (refusing) Accept() (net.Conn, error) { return nil, passing{errors.New("too many open files")} }

func (refusing) Close() error { return nil }

// Without it, the test would time out.
func TestServerEndsWhenItCannotAccept(t *testing.T) {
	for _, serve := range []func(net.Listener) error{serveTCP, serveHTTP} {
		if err := serve(strict{refusing{}}); err == nil || !strings.Contains(err.Error(), "too many open files") {
			t.Errorf("error %v", err)
		}
	}
}

// A request whose number has changed on its way would be answered rightly.
func TestServerRefusesWhatIsNoNumber(t *testing.T) {
	for _, path := range []string{"/", "/x", "/-1", "/18446744073709551616"} {
		w := httptest.NewRecorder()
		serveRequest(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestOpenHonoursItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := startServer(ctx, "tcp", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// What all processes of a run do is looked at in bench, on Linux; this is for
// the other systems.
func TestServersAreOnLoopback(t *testing.T) {
	for _, name := range remotes {
		r := open(t, name).(*remote)
		if host, _, err := net.SplitHostPort(r.server.addr); err != nil || !net.ParseIP(host).IsLoopback() {
			t.Errorf("%s: the server listens on %s, %v", name, r.server.addr, err)
		}
	}
}

func TestServerOutlivesTheOpening(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, err := startServer(ctx, "http", nil)
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
			serveConn(conn)
		}
	}()
	r := unopened(t, "tcp", listener.Addr().String())
	if err := r.connect(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	allocs := testing.AllocsPerRun(20, func() {
		if reply, err := r.ask(0, 5); reply != kernel.Mix(5) || err != nil {
			t.Errorf("reply %#x, %v", reply, err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a request", allocs)
	}
	r.disconnect()
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
				if err := workloads.Prepare(b.Context(), r, g); err != nil {
					b.Fatal(err)
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
	cpu, err := reexec.CPUTime()
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

// BenchmarkOpen shows what every sample's process pays before it measures and
// after.
func BenchmarkOpen(b *testing.B) {
	for _, w := range Set.All() {
		env := workloads.Env{Dir: b.TempDir(), CPUs: 1}
		for _, g := range []int{1, 64, 512} {
			b.Run(fmt.Sprintf("work=%s/goroutines=%d", w.Name, g), func(b *testing.B) {
				var opening, preparing, closing time.Duration
				for range b.N {
					start := time.Now()
					r, err := w.Open(b.Context(), env)
					if err != nil {
						b.Skip(err)
					}
					opening += time.Since(start)
					start = time.Now()
					if err := workloads.Prepare(b.Context(), r, g); err != nil {
						b.Fatal(err)
					}
					preparing += time.Since(start)
					start = time.Now()
					if err := r.Close(); err != nil {
						b.Fatal(err)
					}
					closing += time.Since(start)
				}
				b.ReportMetric(float64(opening)/float64(b.N), "open-ns")
				b.ReportMetric(float64(preparing)/float64(b.N), "prepare-ns")
				b.ReportMetric(float64(closing)/float64(b.N), "close-ns")
			})
		}
	}
}
