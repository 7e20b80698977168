package service

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"

	"conpar/workloads/cgroup"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/reexec"
)

// The service is a web server in a process of its own. GET /<decimal> waits 10 ms for
// a backend, computes, and answers by 8 bytes. Its first line on stdout is its address;
// its parent sets it up and asks for what it has done.
const (
	role    = "practice-service"
	backend = 10 * time.Millisecond
)

func init() {
	reexec.Register(role, func([]string) int {
		s := &server{}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err == nil {
			reexec.Answer(s.answer)
			fmt.Println(listener.Addr())
			err = http.Serve(listener, s)
		}
		fmt.Fprintln(os.Stderr, err)
		return 1 // a server ends when it is stopped, and not by itself
	})
}

// server is the service. A request that comes beyond the limit waits its turn.
type server struct {
	mu         sync.Mutex // guards what follows
	iterations int
	places     chan struct{} // in which requests are in progress; nil: there is no limit
	inProgress int           // requests, those that wait their turn too
	since      time.Time     // they have been so many
	sum        time.Duration // of the times that requests were in progress, until since
}

// answer does what the parent asks for: "set GOMAXPROCS limit iterations", or "done",
// which is answered by the CPU time so far and the sum of times in progress, in ns, and
// by GOMAXPROCS. 0 leaves that to Go.
func (s *server) answer(request string) string {
	var procs, limit, iterations int
	_, err := fmt.Sscanf(request, "set %d %d %d", &procs, &limit, &iterations)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case request == "done":
		cpu, err := reexec.CPUTime()
		if err != nil {
			return "error: " + err.Error()
		}
		s.count(0)
		return fmt.Sprint(int64(cpu), int64(s.sum), runtime.GOMAXPROCS(0))
	case err != nil || procs < 0 || limit < 0 || iterations < 0:
		return "error: not a request: " + request
	}
	cgroup.SetProcs(procs)
	s.iterations, s.places = iterations, nil
	if limit > 0 {
		s.places = make(chan struct{}, limit)
	}
	return "ready"
}

// count counts requests that begin or end; mu is held.
func (s *server) count(more int) {
	now := time.Now()
	s.sum += time.Duration(s.inProgress) * now.Sub(s.since)
	s.since = now
	s.inProgress += more
}

func (s *server) counted(more int) (iterations int, places chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count(more)
	return s.iterations, s.places
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, err := strconv.ParseUint(r.URL.Path[1:], 10, 31)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	iterations, places := s.counted(1)
	defer s.counted(-1)
	if !enter(r.Context(), places) {
		return // its client has gone
	}
	time.Sleep(backend)
	answer := kernel.Churn(kernel.Seed(int(request)), iterations)
	if places != nil {
		<-places
	}
	w.Write(binary.BigEndian.AppendUint64(nil, answer))
}

// enter waits for a place, if places are limited, and says whether there was one.
func enter(ctx context.Context, places chan struct{}) bool {
	if places == nil {
		return true
	}
	select {
	case places <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}
