package iobound

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/reexec"
)

// The delay server answers a request, which is a number, with 8 bytes: after
// 10 ms the mix of the request. Two requests count nowhere: hello, which proves a
// connection and is answered at once, and brief, which warms both ends up and is
// answered after 1 ms. The server's argument is the protocol: tcp takes requests of
// 8 bytes, one after the other on each connection, and http takes GET /<decimal>.
const (
	serverRole = "delay-server"
	hello      = ^uint64(0)
	brief      = hello - 1
	frame      = 8 // bytes, big-endian
)

func init() { reexec.Register(serverRole, serve) }

// served counts what the server has done so far.
var served struct{ requests, delayNs atomic.Int64 }

// serve is the server's main. Its first line on stdout is its address.
func serve(args []string) int {
	if err := listenAndServe(args); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return 1 // a server ends when it is stopped, and not by itself
}

func listenAndServe(args []string) error {
	protocols := map[string]func(net.Listener) error{"tcp": serveTCP, "http": serveHTTP}
	if len(args) != 1 || protocols[args[0]] == nil {
		return fmt.Errorf("a delay server of the protocol %q", args)
	}
	listener, err := listen()
	if err != nil {
		return err
	}
	reexec.Answer(func(string) string { return now().String() })
	fmt.Println(listener.Addr())
	return protocols[args[0]](listener)
}

// listen leaves out what costs system calls for each connection, or slows it,
// and is of no use on the loopback interface.
func listen() (net.Listener, error) {
	config := net.ListenConfig{KeepAlive: -1}
	config.SetMultipathTCP(false)
	listener, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	return strict{listener}, err
}

// strict is a listener that fails for good when it fails: package http would
// try again, and a client would wait for ever for a server that is, say, out of
// file descriptors.
type strict struct{ net.Listener }

func (s strict) Accept() (net.Conn, error) {
	conn, err := s.Listener.Accept()
	if err != nil {
		err = fmt.Errorf("accepting: %w", err) // no longer a net.Error that is temporary
	}
	return conn, err
}

func serveTCP(listener net.Listener) error {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go serveConn(conn)
	}
}

// serveConn answers the requests of one connection until it ends. It allocates
// nothing per request.
func serveConn(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, frame)
	for {
		if _, err := io.ReadFull(conn, buf); err != nil {
			return
		}
		binary.BigEndian.PutUint64(buf, answer(binary.BigEndian.Uint64(buf)))
		if _, err := conn.Write(buf); err != nil {
			return
		}
	}
}

func serveHTTP(listener net.Listener) error {
	server := http.Server{
		Handler:  http.HandlerFunc(serveRequest),
		ErrorLog: log.New(io.Discard, "", 0),
	}
	return server.Serve(listener)
}

func serveRequest(w http.ResponseWriter, r *http.Request) {
	request, err := strconv.ParseUint(r.URL.Path[1:], 10, 64)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header()["Content-Type"] = octets
	w.Write(binary.BigEndian.AppendUint64(nil, answer(request)))
}

var octets = []string{"application/octet-stream"} // or package http would guess

// answer returns the answer to a request when it is due.
func answer(request uint64) uint64 {
	switch request {
	case hello:
	case brief:
		time.Sleep(workloads.BriefWait)
	default:
		start := time.Now()
		time.Sleep(delay)
		served.delayNs.Add(int64(time.Since(start)))
		served.requests.Add(1)
	}
	return kernel.Mix(request)
}

// stats is what a server has done until a point in time.
type stats struct {
	cpu, delay time.Duration
	requests   int
}

// now returns the stats of this process, which is a server.
func now() stats {
	cpu, err := reexec.CPUTime()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return stats{cpu, time.Duration(served.delayNs.Load()), int(served.requests.Load())}
}

func (s stats) String() string { return fmt.Sprintf("%d %d %d", s.cpu, s.delay, s.requests) }

// server is a delay server in a process of its own, as its client sees it.
type server struct {
	*reexec.Process
	addr string
}

// startServer starts a server of that protocol, kept to some CPUs as by
// [reexec.StartOn]. It lives until it is stopped; ctx is for the starting alone.
func startServer(ctx context.Context, protocol string, cpus []int) (*server, error) {
	p, err := reexec.StartOn(context.WithoutCancel(ctx), cpus, serverRole, protocol)
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
