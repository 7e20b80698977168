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
	"sync/atomic"
	"time"

	"conpar/workloads"
)

var _ = Set.Add(workloads.Workload{
	Name: "http", Kind: workloads.Waiting, Axis: network,
	Doc: "Gets 8 bytes from a web server, which replies 10 ms later, over a connection that is kept.",
	// A brief request would not do: package http closes a connection if it has not
	// noted, 50 ms after the reply, that the request was written. On a busy machine it
	// may be late.
	Open: remotely("http", newWeb, 0),
})

// web is an HTTP client, which the workers share, as programs do.
type web struct {
	http.Client
	getters []getter // for each worker
}

// newWeb has the transport use each connection once: later on it would replace a
// broken one silently, and try the request again.
func newWeb(addr string, conns []*conn, patience time.Duration) client {
	var used atomic.Int64
	w := &web{getters: make([]getter, len(conns))}
	w.Transport = &http.Transport{
		// No Proxy: this is the loopback interface.
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			next := int(used.Add(1)) - 1
			if next >= len(conns) {
				return nil, errors.New("a connection is broken")
			}
			return conns[next].Conn, nil
		},
		DisableCompression:    true,
		MaxIdleConnsPerHost:   len(conns),
		MaxConnsPerHost:       len(conns),
		ResponseHeaderTimeout: patience,
	}
	for i := range w.getters {
		g := &w.getters[i]
		g.url = url.URL{Scheme: "http", Host: addr}
		g.request = http.Request{Method: http.MethodGet, URL: &g.url, Header: http.Header{}}
	}
	return w
}

// getter is what one worker needs, used again for each request: package http
// allows that once a reply's body has been closed.
type getter struct {
	request http.Request
	url     url.URL
	reply   *http.Response
	body    [frame + 1]byte
}

func (w *web) send(worker int, request uint64) (err error) {
	g := &w.getters[worker]
	g.url.Path = "/" + strconv.FormatUint(request, 10)
	g.reply, err = w.Do(&g.request)
	return err
}

// receive reads the body to its end, without which its connection would not be
// kept, and one byte more has room, so that a longer body is noticed.
func (w *web) receive(worker int) (uint64, error) {
	g := &w.getters[worker]
	defer g.reply.Body.Close()
	if g.reply.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("the server says %s", g.reply.Status)
	}
	n, err := io.ReadFull(g.reply.Body, g.body[:])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return 0, err
	}
	if n != frame {
		return 0, fmt.Errorf("a body of %d bytes or more instead of %d", n, frame)
	}
	return binary.BigEndian.Uint64(g.body[:]), nil
}
