package lang

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"conpar/workloads"
	"conpar/workloads/peer"
)

// A stand-in is a program of the tests: this binary, which behaves in some way.
const standIn = "stand-in"

// behave answers requests rightly while it is warmed up, by one worker.
func behave(behaviour string) {
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		if !strings.HasPrefix(in.Text(), "wait 2 ") && behaviour != "vague" {
			fmt.Println(reply(in.Text()))
			continue
		}
		switch behaviour {
		case "crash":
			fmt.Fprintln(os.Stderr, "out of luck")
			os.Exit(7)
		case "hang":
			go time.Sleep(time.Hour)
		case "babble":
			fmt.Println("forty-two")
		case "wrong":
			fmt.Println("42 0 0")
		case "backwards":
			fmt.Println(waiting.want(3), 0, uint64(1<<63))
		case "ages": // longer than two workers have been at it
			fmt.Println(waiting.want(3), 0, uint64(time.Hour))
		case "glutton": // more than all processors have
			fmt.Println(waiting.want(3), uint64(time.Hour), 0)
		case "refuse":
			fmt.Println("error: too much")
		case "vague":
			fmt.Println("new perhaps")
		}
	}
}

func fake(behaviour string) *language {
	return &language{name: behaviour, threads: "threads of a " + behaviour, start: starter(peer.Program{
		Name:     behaviour,
		Files:    fstest.MapFS{"nothing.txt": {}},
		Run:      func(_, _ string) []string { return []string{os.Args[0], standIn, behaviour} },
		Patience: time.Second,
	})}
}

// Whatever a peer does wrong, its language says so, and goes on to say so until
// its last workload is closed.
func TestFailingPeersAreNamed(t *testing.T) {
	for behaviour, says := range map[string]string{
		"crash":     "out of luck",
		"hang":      "did not answer for 1s",
		"babble":    `"forty-two" instead of numbers`,
		"wrong":     "42 0 0, where the sum of 3 tasks is",
		"backwards": "nonsense",
		"ages":      "nonsense",
		"glutton":   "nonsense",
		"refuse":    "too much",
	} {
		t.Run(behaviour, func(t *testing.T) {
			l := fake(behaviour)
			r, err := open(t.Context(), workloads.Env{Dir: t.TempDir()}, l, waiting)
			if err != nil {
				t.Fatal(err)
			}
			_, first := r.Run(t.Context(), 2, 3)
			_, second := r.Run(t.Context(), 1, 3)
			if first == nil || !strings.HasPrefix(first.Error(), behaviour+": ") || !strings.Contains(first.Error(), says) {
				t.Errorf("error %v, want one that says %q", first, says)
			}
			if second == nil || second.Error() != first.Error() {
				t.Errorf("then error %v", second)
			}
			if _, err := open(t.Context(), workloads.Env{Dir: t.TempDir()}, l, computing); err == nil || err.Error() != first.Error() {
				t.Errorf("another workload: error %v", err)
			}
			if err := r.Close(); err != nil {
				t.Errorf("closing: %v", err)
			}
			r, err = open(t.Context(), workloads.Env{Dir: t.TempDir()}, l, waiting)
			if err != nil {
				t.Fatalf("opened anew: %v", err)
			}
			r.Close()
		})
	}
}

// What cannot be started is tried once in a process: to wait for a compiler
// that hangs, say, for each cell would take minutes. An ended context is no
// failure.
func TestFailedStartIsRemembered(t *testing.T) {
	tries := 0
	ended, cancel := context.WithCancel(t.Context())
	l := &language{name: "odd", threads: "threads", start: func(ctx context.Context, _ string) (client, error) {
		if tries++; tries == 1 {
			cancel()
			return nil, context.Cause(ctx)
		}
		return nil, errors.New("odd: not today")
	}}
	if _, err := open(ended, workloads.Env{}, l, waiting); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
	for range 3 {
		if _, err := open(t.Context(), workloads.Env{}, l, waiting); err == nil || err.Error() != "odd: not today" {
			t.Errorf("error %v", err)
		}
	}
	if tries != 2 {
		t.Errorf("it was started %d times, want 2", tries)
	}
}

// A peer that doesn't even say what it is, or takes forever to warm up, is
// waited for once in a process.
func TestPeerThatDoesNotGetReady(t *testing.T) {
	for name, s := range map[string]*scripted{
		"deaf": {hangs: true},
		"slow": {each: func(int) time.Duration { return time.Hour }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, start := s.language(), time.Now()
				for range 3 {
					_, err := open(t.Context(), workloads.Env{}, l, waiting)
					if err == nil || err.Error() != "scripted: it was not ready within 10s" {
						t.Errorf("error %v", err)
					}
				}
				if took := time.Since(start); took != readyTime || s.started != 1 || !s.closed {
					t.Errorf("in all it took %v and %d starts, closed: %v", took, s.started, s.closed)
				}
			})
		})
	}
}

// What the kernel counts is finer than a reply of Java, but may be a script's.
func TestCPUTimeIsTheLarger(t *testing.T) {
	for _, c := range []struct{ kernel, reply, tick, want time.Duration }{
		{0, 7 * time.Millisecond, 0, 7 * time.Millisecond},
		{8 * time.Millisecond, 7 * time.Millisecond, 0, 8 * time.Millisecond},
		{1 * time.Millisecond, 7 * time.Millisecond, 0, 7 * time.Millisecond},
		{1 * time.Millisecond, 10 * time.Millisecond, 10 * time.Millisecond, 1 * time.Millisecond},
		{1 * time.Millisecond, 30 * time.Millisecond, 10 * time.Millisecond, 30 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &scripted{each: func(int) time.Duration { return 10 * time.Millisecond }, used: c.kernel, tells: c.reply}
			l := s.language()
			l.tick = c.tick
			r, err := open(t.Context(), workloads.Env{}, l, waiting)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if result, err := r.Run(t.Context(), 1, 3); err != nil || result.OtherCPU != c.want {
				t.Errorf("%+v: %v, %v", c, result.OtherCPU, err)
			}
		})
	}
}

func TestPeerThatIsVagueAboutItself(t *testing.T) {
	_, err := open(t.Context(), workloads.Env{Dir: t.TempDir()}, fake("vague"), waiting)
	if err == nil || !strings.Contains(err.Error(), `vague: it answered nonsense about itself: "new perhaps"`) {
		t.Errorf("error %v", err)
	}
}

func TestVersionThatIsTooOld(t *testing.T) {
	l := fake("honest")
	l.needs = func(version string) error { return workloads.Unavailable("too old: " + version) }
	_, err := open(t.Context(), workloads.Env{Dir: t.TempDir()}, l, waiting)
	if reason, ok := errors.AsType[workloads.Unavailable](err); !ok || !strings.HasPrefix(string(reason), "too old: go") {
		t.Errorf("error %v", err)
	}
}

// scripted is a peer in this process, whose tasks take as long as a test says,
// in the time of a bubble of synctest.
type scripted struct {
	each     func(request int) time.Duration // a task by one worker
	hangs    bool                            // when asked about itself
	used     time.Duration                   // CPU time that the kernel counts for each request; 0: unknown
	tells    time.Duration                   // CPU time in replies; 0: 5 ns
	started  int
	requests []string
	closed   bool
}

func (s *scripted) language() *language {
	return &language{name: "scripted", threads: "nothing", start: func(context.Context, string) (client, error) {
		s.requests, s.closed = nil, false
		s.started++
		return s, nil
	}}
}

func (s *scripted) Ask(ctx context.Context, _ string) (string, error) {
	if s.hangs {
		<-ctx.Done()
		return "", fmt.Errorf("scripted: %w", context.Cause(ctx))
	}
	return "1", nil
}

func (s *scripted) Numbers(ctx context.Context, request string, _ int) ([]uint64, error) {
	s.requests = append(s.requests, request)
	var name string
	var workers, tasks int
	fmt.Sscan(request, &name, &workers, &tasks)
	took := s.each(len(s.requests)) * time.Duration((tasks+workers-1)/workers)
	select {
	case <-time.After(took):
		return []uint64{waiting.want(tasks), uint64(max(s.tells, 5)), uint64(took)}, nil
	case <-ctx.Done():
		return nil, errors.New("killed")
	}
}

func (s *scripted) CPUTime() (time.Duration, bool) {
	return s.used * time.Duration(len(s.requests)), s.used > 0
}

func (s *scripted) Close() error {
	s.closed = true
	return nil
}

func TestWarmUp(t *testing.T) {
	defer func(end time.Duration) { warmEnd = end }(warmEnd)
	warmEnd = 3 * time.Second
	for name, c := range map[string]struct {
		each     func(request int) time.Duration
		requests []string
		took     time.Duration
	}{
		"steady from the start": {
			func(int) time.Duration { return 10 * time.Millisecond },
			[]string{"wait 1 1", "wait 1 1"}, 20 * time.Millisecond,
		},
		"getting faster": {
			func(n int) time.Duration { return max(14*time.Millisecond, 50*time.Millisecond/time.Duration(n)) },
			[]string{"wait 1 1", "wait 1 1", "wait 1 1", "wait 1 1", "wait 1 1"}, (50 + 25 + 17 + 14 + 14) * time.Millisecond,
		},
		"too short to be compared": {
			func(int) time.Duration { return 3 * time.Millisecond },
			[]string{"wait 1 1", "wait 1 2", "wait 1 4", "wait 1 4"}, (3 + 6 + 12 + 12) * time.Millisecond,
		},
		"never steady": {
			func(n int) time.Duration { return time.Duration(100+300*(n%2)) * time.Millisecond },
			slices.Repeat([]string{"wait 1 1"}, 12), 3 * time.Second,
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &scripted{each: c.each}
			r, err := open(t.Context(), workloads.Env{}, s.language(), waiting)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			requests := slices.Clone(s.requests)
			result, err := r.Run(t.Context(), 1, 3)
			if err != nil {
				t.Fatal(err)
			}
			took := time.Duration(result.Metrics[0].Value)
			if !slices.Equal(requests, c.requests) || took.Round(time.Millisecond) != c.took {
				t.Errorf("%s: requests %q in %v, want %q in %v", name, requests, took, c.requests, c.took)
			}
		})
	}
}

// A run is one request, unless it would last for seconds.
func TestRequestsOfARun(t *testing.T) {
	for _, c := range []struct {
		workers, n int
		requests   []string
	}{
		{1, 0, nil},
		{1, 1, []string{"wait 1 1"}},
		{1, 192, []string{"wait 1 192"}},
		{8, 1599, []string{"wait 8 1599"}},
		{8, 1600, []string{"wait 8 1600"}},
		{1, 500, []string{"wait 1 192", "wait 1 192", "wait 1 116"}},
		{2, 401, []string{"wait 2 400", "wait 2 1"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &scripted{each: func(int) time.Duration { return 10 * time.Millisecond }}
			r, err := open(t.Context(), workloads.Env{}, s.language(), waiting)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			s.requests = nil
			result, err := r.Run(t.Context(), c.workers, c.n)
			if err != nil || !slices.Equal(s.requests, c.requests) {
				t.Errorf("%d tasks by %d workers: requests %q, %v; want %q", c.n, c.workers, s.requests, err, c.requests)
			}
			if result.Sum != r.Want(c.n) || result.OtherCPU != time.Duration(5*len(c.requests)) {
				t.Errorf("%d tasks by %d workers: %+v", c.n, c.workers, result)
			}
		})
	}
}

func TestEndedContextRestartsThePeer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{each: func(int) time.Duration { return 10 * time.Millisecond }}
		r, err := open(t.Context(), workloads.Env{}, s.language(), waiting)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := r.Run(ctx, 1, 1<<30); !errors.Is(err, context.DeadlineExceeded) || !s.closed {
			t.Fatalf("error %v, closed: %v", err, s.closed)
		}
		if _, err := r.Run(ctx, 1, 1); !errors.Is(err, context.DeadlineExceeded) || !s.closed {
			t.Fatalf("then error %v, closed: %v", err, s.closed)
		}
		if err := r.(workloads.Preparer).Prepare(t.Context(), 1); err != nil || s.closed {
			t.Fatalf("prepared: %v, closed: %v", err, s.closed)
		}
		if result, err := r.Run(t.Context(), 1, 3); err != nil || result.Sum != r.Want(3) {
			t.Errorf("%+v, %v", result, err)
		}
		if want := []string{"wait 1 1", "wait 1 1", "wait 1 3"}; !slices.Equal(s.requests, want) {
			t.Errorf("requests of the second peer: %q, want %q", s.requests, want)
		}
	})
}

func TestWorkloadsOfALanguageShareAPeer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{each: func(int) time.Duration { return 10 * time.Millisecond }}
		l := s.language()
		var opened []workloads.Runner
		for range 3 {
			r, err := open(t.Context(), workloads.Env{}, l, waiting)
			if err != nil {
				t.Fatal(err)
			}
			opened = append(opened, r)
		}
		if want := []string{"wait 1 1", "wait 1 1"}; !slices.Equal(s.requests, want) {
			t.Errorf("requests %q, want %q: one peer, warmed up once", s.requests, want)
		}
		for i, r := range opened {
			if s.closed {
				t.Errorf("closed after %d of %d", i, len(opened))
			}
			for range 2 { // the second Close does nothing
				if err := r.Close(); err != nil {
					t.Error(err)
				}
			}
		}
		if !s.closed {
			t.Error("not closed after the last")
		}
	})
}

func TestRunRefusesNonsense(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{each: func(int) time.Duration { return 10 * time.Millisecond }}
		r, err := open(t.Context(), workloads.Env{}, s.language(), waiting)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if _, err := r.Run(t.Context(), 0, 1); err == nil {
			t.Error("no workers")
		}
		if _, err := r.Run(t.Context(), 1, -1); err == nil {
			t.Error("fewer tasks than none")
		}
	})
}
