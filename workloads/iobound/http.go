package iobound

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

var _ = Set.Add(workloads.Workload{
	Name: "http",
	Doc:  "Gets 8 bytes from a web server, which replies 10 ms later, over a connection that is kept.",
	Kind: workloads.Waiting,
	Axis: network,
	Open: func(ctx context.Context, _ workloads.Env) (workloads.Runner, error) {
		return openRemote(ctx, "http", func(s *server) client {
			return &web{addr: s.addr, patience: patience}
		})
	},
})

// web is an HTTP client, which the workers share, as programs do.
type web struct {
	addr      string
	patience  time.Duration
	transport *http.Transport
	client    *http.Client
	getters   []*getter // for each worker

	mu     sync.Mutex
	conns  []net.Conn // those dialled for transport
	sealed bool       // no more of them
}

// connect begins anew with g connections: that limit belongs to the transport.
func (h *web) connect(ctx context.Context, g int) error {
	h.close()
	h.seal(false)
	h.transport = &http.Transport{
		// No Proxy: this is the loopback interface.
		DialContext:           h.dial,
		DisableCompression:    true,
		MaxIdleConnsPerHost:   g,
		MaxConnsPerHost:       g,
		ResponseHeaderTimeout: h.patience,
	}
	h.client = &http.Client{Transport: h.transport}
	h.getters = make([]*getter, g)
	for i := range h.getters {
		h.getters[i] = newGetter(h.addr)
	}
	if err := h.establish(ctx); err != nil {
		h.close()
		return err
	}
	h.seal(true)
	return nil
}

// establish gets a hello over each connection. Until a body has been read its
// connection is taken, so that each get needs another one.
func (h *web) establish(ctx context.Context) error {
	replies := make([]*http.Response, len(h.getters))
	_, err := fan.Run(ctx, 8, len(replies), func(_, i int) (_ uint64, err error) {
		replies[i], err = h.getters[i].get(h.client, hello)
		return 0, err
	})
	for i, reply := range replies {
		if reply == nil {
			continue
		}
		answer, failure := h.getters[i].read(reply)
		if failure == nil && answer != kernel.Mix(hello) {
			failure = fmt.Errorf("%s is not a delay server", h.addr)
		}
		err = errors.Join(err, failure)
	}
	return err
}

// dial is for establish alone: later on the transport would replace a broken
// connection silently, and try the request again.
func (h *web) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	h.mu.Lock()
	sealed := h.sealed
	h.mu.Unlock()
	if sealed {
		return nil, errors.New("a connection is broken")
	}
	conn, err := dial(ctx, h.addr)
	if err == nil {
		h.mu.Lock()
		h.conns = append(h.conns, conn)
		h.mu.Unlock()
	}
	return conn, err
}

func (h *web) seal(sealed bool) {
	h.mu.Lock()
	h.sealed = sealed
	h.mu.Unlock()
}

func (h *web) ask(worker int, request uint64) (uint64, error) {
	g := h.getters[worker]
	reply, err := g.get(h.client, request)
	if err != nil {
		return 0, err
	}
	return g.read(reply)
}

func (h *web) expire(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, conn := range h.conns {
		conn.SetDeadline(at)
	}
}

// close closes also the connections that wait for a reply.
func (h *web) close() {
	if h.transport == nil {
		return
	}
	h.transport.CloseIdleConnections()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, conn := range h.conns {
		conn.Close()
	}
	h.conns = nil
}

// getter is what one worker needs, used again for each request: package http
// allows that once a reply's body has been closed.
type getter struct {
	request http.Request
	url     url.URL
	body    [frame + 1]byte
}

func newGetter(addr string) *getter {
	g := &getter{url: url.URL{Scheme: "http", Host: addr}}
	g.request = http.Request{Method: http.MethodGet, URL: &g.url, Header: http.Header{}}
	return g
}

func (g *getter) get(client *http.Client, request uint64) (*http.Response, error) {
	g.url.Path = "/" + strconv.FormatUint(request, 10)
	return client.Do(&g.request)
}

// read reads the body to its end, without which its connection would not be
// kept, and one byte more has room, so that a longer body is noticed.
func (g *getter) read(reply *http.Response) (uint64, error) {
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("the server says %s", reply.Status)
	}
	n, err := io.ReadFull(reply.Body, g.body[:])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return 0, err
	}
	if n != frame {
		return 0, fmt.Errorf("a body of %d bytes or more instead of %d", n, frame)
	}
	return binary.BigEndian.Uint64(g.body[:]), nil
}
