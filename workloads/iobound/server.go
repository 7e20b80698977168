package iobound

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"conpar/workloads/self"
)

// The delay server answers requests of 8 bytes, one after the other on each
// connection, with 8 bytes: after 10 ms the mix of the request, or at once
// when the request is hello, which proves a connection and counts nowhere.
const (
	serverRole = "delay-server"
	hello      = ^uint64(0)
	frame      = 8 // bytes, big-endian
)

func init() { self.Register(serverRole, serve) }

// served counts what the server has done so far.
var served struct{ requests, delayNs atomic.Int64 }

// serve is the server's main. Its first line on stdout is its address.
func serve([]string) int {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	self.Answer(func(string) string { return now().String() })
	fmt.Println(listener.Addr())
	for {
		conn, err := listener.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		go attend(conn)
	}
}

// attend answers the requests of one connection until it ends. It allocates
// nothing per request.
func attend(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, frame)
	for {
		if _, err := io.ReadFull(conn, buf); err != nil {
			return
		}
		request := binary.BigEndian.Uint64(buf)
		if request != hello {
			start := time.Now()
			time.Sleep(delay)
			served.delayNs.Add(int64(time.Since(start)))
			served.requests.Add(1)
		}
		binary.BigEndian.PutUint64(buf, mix(request))
		if _, err := conn.Write(buf); err != nil {
			return
		}
	}
}

// stats is what a server has done until a point in time.
type stats struct {
	cpu, delay time.Duration
	requests   int
}

// now returns the stats of this process, which is a server.
func now() stats {
	cpu, err := self.CPUTime()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return stats{cpu, time.Duration(served.delayNs.Load()), int(served.requests.Load())}
}

func (s stats) String() string { return fmt.Sprintf("%d %d %d", s.cpu, s.delay, s.requests) }

// server is a delay server in a process of its own, as its client sees it.
type server struct {
	*self.Process
	addr string
}

// startServer starts a server. It lives until it is stopped; ctx is for the
// starting alone.
func startServer(ctx context.Context) (*server, error) {
	p, err := self.Start(context.WithoutCancel(ctx), serverRole)
	if err != nil {
		return nil, err
	}
	detach := context.AfterFunc(ctx, p.Kill)
	addr, err := p.ReadLine()
	if !detach() {
		err = errors.Join(context.Cause(ctx), err)
	}
	if err != nil {
		p.Kill()
		p.Wait()
		return nil, err
	}
	return &server{p, addr}, nil
}

// stats asks the server what it has done so far.
func (s *server) stats() (stats, error) {
	line, err := s.Ask("stats")
	if err != nil {
		return stats{}, err
	}
	var st stats
	if _, err := fmt.Sscanf(line, "%d %d %d", &st.cpu, &st.delay, &st.requests); err != nil {
		return stats{}, fmt.Errorf("the server's stats %q: %w", line, err)
	}
	return st, nil
}
