package service

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"conpar/workloads/cgroup"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

// generator sends requests when they are due, whether or not earlier ones have been
// answered: an open load, as of many clients that know nothing of each other.
type generator struct {
	client *http.Client
	url    string // ends in a slash
}

func newGenerator(address string) *generator {
	transport := &http.Transport{MaxIdleConnsPerHost: 4096, DisableCompression: true}
	return &generator{&http.Client{Transport: transport}, "http://" + address + "/"}
}

func (g *generator) close() { g.client.CloseIdleConnections() }

// ask sends one request and returns the answer.
func (g *generator) ask(ctx context.Context, task int) (uint64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, g.url+fmt.Sprint(task%kernel.Kinds), nil)
	if err != nil {
		return 0, err
	}
	response, err := g.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	var body [8]byte
	if _, err := io.ReadFull(response.Body, body[:]); err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, response.Body) // to its end, so that the connection is kept
	return binary.BigEndian.Uint64(body[:]), err
}

// How the capacity is measured: by so many clients, for so long.
var (
	clients   = 256
	measuring = 250 * time.Millisecond
)

// capacity returns how many requests a second the service does for so many clients,
// each of which asks again at once, for about that long.
func (g *generator) capacity(ctx context.Context, clients int, long time.Duration) (float64, error) {
	start := time.Now()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	done := 0
	for time.Since(start) < long {
		ask := func(_, task int) (uint64, error) { return g.ask(ctx, task) }
		if _, err := fan.Run(ctx, clients, 2*clients, ask); err != nil {
			return 0, err
		}
		done += 2 * clients
	}
	return float64(done) / time.Since(start).Seconds(), nil
}

// closing is how long saturated measures: three whole periods at least.
var closing = 9 * cgroup.Period / 2

// saturated returns how many requests a second the service does for so many clients,
// each of which asks again at once.
func (g *generator) saturated(ctx context.Context, clients int) (float64, error) {
	start, meter, errOver := time.Now(), cgroup.NewMeter(), errors.New("it is over")
	_, err := fan.Run(ctx, clients, math.MaxInt32, func(_, task int) (uint64, error) {
		if time.Since(start) > closing {
			return 0, errOver
		}
		answer, err := g.ask(ctx, task)
		meter.Done()
		return answer, err
	})
	if !errors.Is(err, errOver) {
		return 0, err
	}
	return meter.Rate(), nil
}

// computing returns how long a request computes where nothing disturbs it.
func computing(iterations int) time.Duration {
	least := time.Hour
	for i := range 5 {
		start := time.Now()
		runtime.KeepAlive(kernel.Churn(kernel.Seed(i), iterations))
		least = min(least, time.Since(start))
	}
	return least
}

// Latencies are counted in µs, to three digits, up to a minute.
func newHistogram() *hdrhistogram.Histogram { return hdrhistogram.New(1, 60_000_000, 3) }

// observed is what a generator saw.
type observed struct {
	latency *hdrhistogram.Histogram // from when a request was due
	late    *hdrhistogram.Histogram // it was sent so long after it was due

	mu     sync.Mutex // guards what follows, and latency
	sum    uint64
	asking time.Duration // sum over requests, from sending to the answer
	err    error         // the first
}

// quantile returns a quantile in ns.
func quantile(h *hdrhistogram.Histogram, percent float64) float64 {
	return 1e3 * float64(h.ValueAtQuantile(percent))
}

// open sends n requests at so many a second. Their times are a Poisson process, drawn anew
// each time. It waits for all answers. Waiting for the next may keep a processor of the
// runtime, so there is one more.
func (g *generator) open(ctx context.Context, rate float64, n int) (*observed, error) {
	procs := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(procs + 1)
	defer runtime.GOMAXPROCS(procs)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	o := &observed{latency: newHistogram(), late: newHistogram()}
	var requests sync.WaitGroup
	due := time.Now()
	for task := 0; task < n && ctx.Err() == nil; task++ {
		due = due.Add(time.Duration(rand.ExpFloat64() / rate * float64(time.Second)))
		until(due)
		sent, was := time.Now(), due
		o.late.RecordValue(max(0, sent.Sub(was).Microseconds()))
		requests.Go(func() {
			answer, err := g.ask(ctx, task)
			o.record(answer, err, was, sent)
			if err != nil {
				cancel(err)
			}
		})
	}
	requests.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return o, o.err
}

func (o *observed) record(answer uint64, err error, due, sent time.Time) {
	now := time.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil {
		o.err = err
		return
	}
	o.latency.RecordValue(max(1, now.Sub(due).Microseconds()))
	o.sum += answer
	o.asking += now.Sub(sent)
}
