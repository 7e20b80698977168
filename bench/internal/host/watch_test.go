package host

import (
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"conpar/results"
)

// over returns what a watch says after ten seconds in which files became
// others.
func over(t *testing.T, hazard string, before, after map[string]string, change func(*Watch)) results.Hazard {
	t.Helper()
	var at time.Duration
	w := &Watch{os: "linux", files: fake(before), bare: true, now: func() time.Duration { return at }}
	if change != nil {
		change(w)
	}
	w.Round()
	at += 10 * time.Second
	w.files = fake(after)
	return named(t, w.Round(), hazard)
}

func TestWatch(t *testing.T) {
	type files = map[string]string
	const (
		none   = "throttled periods"
		quotas = "usage_usec 5\nnr_periods 9\nnr_throttled "
		some   = "some avg10=2.38 avg60=1.08 avg300=11.59 total="
		ticks  = "cpu  100 0 0 800 0 0 0 "
	)
	v2 := func(own, parent string) files {
		return files{"proc/self/cgroup": "0::/user.slice/job\n", group2 + "cpu.stat": own, "sys/fs/cgroup/user.slice/cpu.stat": parent, "sys/fs/cgroup/cpu.stat": "usage_usec 7\n"}
	}
	v1 := func(own, agent string) files {
		return files{"proc/self/cgroup": "4:cpu,cpuacct:/job\n", "sys/fs/cgroup/cpu/job/cpu.stat": own, agent: ""}
	}
	virtual := func(w *Watch) { w.bare = false }
	for _, tt := range []struct {
		hazard        string
		before, after files
		change        func(*Watch)
		want          results.HazardState
		found         string
	}{
		{none, nil, nil, nil, results.Unknown, "no nr_throttled"},
		{none, v2(quotas+"3\nthrottled_usec 70\n", "usage_usec 7\n"), v2(quotas+"3\nthrottled_usec 70\n", "usage_usec 7\n"), nil, results.OK, "none"},
		{none, v2(quotas+"3\nthrottled_usec 70\n", "usage_usec 7\n"), v2(quotas+"5\nthrottled_usec 250070\n", "usage_usec 7\n"), nil, results.Warn, "2, for 0.25 CPU-seconds"},
		{none, v2(quotas+"3\n", quotas+"1\n"), v2(quotas+"3\n", quotas+"2\n"), nil, results.Warn, "1, for 0 CPU-seconds"},
		{none, v2(quotas+"3\nthrottled_usec 70\n", quotas+"1\nthrottled_usec 0\n"), v2(quotas+"8\nthrottled_usec 250070\n", quotas+"3\nthrottled_usec 400000\n"), nil, results.Warn, "2, for 0.4 CPU-seconds"},
		{none, v2("throttled_usec 70\n", ""), v2("throttled_usec 250070\n", ""), nil, results.Warn, "0, for 0.25 CPU-seconds"},
		{none, v2(quotas+"3\n", quotas+"1\n"), v2(quotas+"0\n", quotas+"1\n"), nil, results.Unknown, "a counter went backwards"},
		{none, v2(quotas+"3\n", quotas+"1\n"), v2(quotas+"3\n", ""), nil, results.Unknown, "counters came or went meanwhile"},
		{none, v2(quotas+"3\n", ""), v2(quotas+"-3\n", ""), nil, results.Unknown, "nr_throttled cannot be made sense of"},
		{none, v2("throttled_usec 3\n", ""), v2("throttled_usec 4611686018427387903\n", ""), nil, results.Unknown, "nr_throttled cannot be made sense of"},
		{none, v1("nr_throttled 3\nthrottled_time 7\n", "sys/fs/cgroup/cpu/release_agent"), v1("nr_throttled 3\nthrottled_time 7\n", "sys/fs/cgroup/cpu/release_agent"), nil, results.OK, "none"},
		{none, v1("nr_throttled 3\nthrottled_time 7\n", "sys/fs/cgroup/cpu/release_agent"), v1("nr_throttled 9\nthrottled_time 2000000007\n", "sys/fs/cgroup/cpu/release_agent"), nil, results.Warn, "6, for 2 CPU-seconds"},
		{none, v1("nr_throttled 3\n", "x"), v1("nr_throttled 3\n", "x"), nil, results.Unknown, "none in the control groups that we see; those above are hidden"},
		{none, v1("nr_throttled 3\n", "x"), v1("nr_throttled 4\n", "x"), nil, results.Warn, "1, for 0 CPU-seconds"},

		{"steal", nil, nil, nil, results.Unknown, "no stat"},
		{"steal", files{"proc/stat": ticks + "0 0 0\n"}, files{"proc/stat": "cpu  200 0 0 1700 0 0 0 0 0 0\n"}, nil, results.OK, "0.0% of the CPU time"},
		{"steal", files{"proc/stat": ticks + "0 0 0\n"}, files{"proc/stat": "cpu  200 0 0 1700 0 0 0 0 0 0\n"}, virtual, results.Unknown, "this hypervisor has never admitted any"},
		{"steal", files{"proc/stat": ticks + "3 0 0\n"}, files{"proc/stat": "cpu  200 0 0 1700 0 0 0 3 0 0\n"}, virtual, results.OK, "0.0% of the CPU time"},
		{"steal", files{"proc/stat": ticks + "0 0 0\n"}, files{"proc/stat": "cpu  200 0 0 1650 0 0 0 50 900 0\n"}, virtual, results.Warn, "5.0% of the CPU time"},
		{"steal", files{"proc/stat": ticks + "9 0 0\n"}, files{"proc/stat": "cpu  900 0 0 1650 0 0 0 8 0 0\n"}, nil, results.Unknown, "a counter went backwards"},
		{"steal", files{"proc/stat": ticks + "0 0 0\n"}, files{"proc/stat": ticks + "0 0 0\n"}, nil, results.Unknown, "stat cannot be made sense of"},
		{"steal", files{"proc/stat": ticks + "0\n"}, files{"proc/stat": "cpu0 200 0 0 1700 0 0 0 0 0 0\n"}, nil, results.Unknown, "stat cannot be made sense of"},
		{"steal", files{"proc/stat": ticks + "0\n"}, files{"proc/stat": "cpu  200 0 0 1700 0 0 0\n"}, nil, results.Unknown, "stat cannot be made sense of"},

		{"steal", files{"proc/stat": ticks + "0\n"}, files{"proc/stat": "cpu" + strings.Repeat(" 4611686018427387903", 8)}, nil, results.Unknown, "stat cannot be made sense of"},

		{"CPU pressure", nil, nil, nil, results.Unknown, "no pressure/cpu"},
		{"CPU pressure", files{"proc/pressure/cpu": some + "1000\n"}, files{"proc/pressure/cpu": some + "201000\n"}, nil, results.OK, "threads waited for a CPU 2.0% of the time"},
		{"CPU pressure", files{"proc/pressure/cpu": some + "1000\n"}, files{"proc/pressure/cpu": some + "3001000\n"}, nil, results.Unknown, "threads waited for a CPU 30.0% of the time, ours among them"},
		{"CPU pressure", files{"proc/pressure/cpu": some + "1000\n"}, files{"proc/pressure/cpu": some + "90001000\n"}, nil, results.Unknown, "pressure/cpu cannot be made sense of"},
		{"CPU pressure", files{"proc/pressure/cpu": some + "1000\n"}, files{"proc/pressure/cpu": some + "900\n"}, nil, results.Unknown, "a counter went backwards"},
		{"CPU pressure", files{"proc/pressure/cpu": some + "1000\n"}, files{"proc/pressure/cpu": "full avg10=0.00 total=1000\n"}, nil, results.Unknown, "pressure/cpu cannot be made sense of"},
	} {
		got := over(t, tt.hazard, tt.before, tt.after, tt.change)
		if got.State != tt.want || got.Found != tt.found {
			t.Errorf("%s from %q to %q: %s, %q; want %s, %q", tt.hazard, tt.before, tt.after, got.State, got.Found, tt.want, tt.found)
		}
	}
}

func TestWatchFrequency(t *testing.T) {
	at := func(limit, now0, now4 string) map[string]string {
		return map[string]string{policy0 + "scaling_max_freq": "3400000\n", policy0 + "scaling_cur_freq": now0,
			policy4 + "scaling_max_freq": limit, policy4 + "scaling_cur_freq": now4}
	}
	full := at("3400000\n", "3400000\n", "3400000\n")
	unread := maps.Clone(full)
	unread[policy4+"scaling_cur_freq"] = "<unknown>\n"
	for _, tt := range []struct {
		before, after map[string]string
		want          results.HazardState
		found         string
	}{
		{nil, nil, results.Unknown, "no scaling_max_freq"},
		{full, full, results.OK, "the slowest CPU at 3.40 of 3.40 GHz"},
		{nil, full, results.OK, "the slowest CPU at 3.40 of 3.40 GHz"},
		{full, at("3400000\n", "3400000\n", "3300000\n"), results.OK, "the slowest CPU at 3.30 of 3.40 GHz"},
		{full, at("3400000\n", "3400000\n", "1200000\n"), results.Unknown, "the slowest CPU at 1.20 of 3.40 GHz, perhaps idle"},
		{full, at("2000000\n", "3400000\n", "2000000\n"), results.Warn, "the limit went from 3.40 to 2.00 GHz"},
		{at("2000000\n", "3400000\n", "2000000\n"), full, results.Warn, "the limit went from 2.00 to 3.40 GHz"},
		{at("2000000\n", "3400000\n", "2000000\n"), at("2000000\n", "3400000\n", "2000000\n"), results.OK, "the slowest CPU at 3.40 of 3.40 GHz"},
		{full, at("3400000\n", "0\n", "3400000\n"), results.Unknown, "scaling_cur_freq cannot be made sense of"},
		{full, at("0\n", "3400000\n", "3400000\n"), results.Unknown, "scaling_max_freq cannot be made sense of"},
		{full, unread, results.Unknown, "scaling_cur_freq cannot be made sense of"},
	} {
		got := over(t, "frequency", tt.before, tt.after, nil)
		if got.State != tt.want || got.Found != tt.found {
			t.Errorf("from %q to %q: %s, %q; want %s, %q", tt.before, tt.after, got.State, got.Found, tt.want, tt.found)
		}
	}
	virtual := over(t, "frequency", full, full, func(w *Watch) { w.virtual = true })
	if virtual.State != results.Unknown || !strings.HasSuffix(virtual.Found, "but of a virtual machine") {
		t.Errorf("a virtual machine: %s, %q", virtual.State, virtual.Found)
	}
}

// Each round is about itself, not about those before it.
func TestWatchGoesOn(t *testing.T) {
	var at time.Duration
	w := &Watch{os: "linux", bare: true, now: func() time.Duration { return at }}
	for n, tt := range []struct {
		ticks string
		want  results.HazardState
	}{
		{"cpu 100 0 0 800 0 0 0 0 0 0", results.Unknown}, // no time has passed yet
		{"cpu 200 0 0 1600 0 0 0 100 0 0", results.Warn},
		{"cpu 300 0 0 2400 0 0 0 100 0 0", results.OK},
		{"cpu 300 0 0 2300 0 0 0 50 0 0", results.Unknown},
		{"", results.Unknown},
		{"cpu 300 0 0 2300 0 0 0 50 0 0", results.Unknown}, // nothing before it
		{"cpu 300 0 0 3300 0 0 0 50 0 0", results.OK},
	} {
		w.files = fake(map[string]string{"proc/stat": tt.ticks})
		if n == 0 {
			w.Round()
		} else {
			at += 10 * time.Second
		}
		if got := named(t, w.Round(), "steal"); got.State != tt.want {
			t.Errorf("round %d: %+v, want %s", n, got, tt.want)
		}
	}
}

func TestWatchTakesTheTimeSinceTheLastRound(t *testing.T) {
	var at time.Duration
	w := &Watch{os: "linux", bare: true, now: func() time.Duration { return at }}
	for n, tt := range []struct {
		at    time.Duration
		total string
		found string
	}{
		{10 * time.Second, "1000000", ""},
		{20 * time.Second, "1100000", "threads waited for a CPU 1.0% of the time"},
		{30 * time.Second, "1500000", "threads waited for a CPU 4.0% of the time"},
		{30 * time.Second, "1500000", "no time has passed"},
		{29 * time.Second, "1500000", "no time has passed"},
	} {
		at = tt.at
		w.files = fake(map[string]string{"proc/pressure/cpu": "some avg10=0.00 total=" + tt.total})
		if got := named(t, w.Round(), "CPU pressure"); n > 0 && got.Found != tt.found {
			t.Errorf("round %d: %+v, want %q", n, got, tt.found)
		}
	}
}

func TestOtherCPU(t *testing.T) {
	for _, tt := range []struct {
		share float64
		want  results.HazardState
		found string
	}{
		{0, results.OK, "0.0% of the CPU time"},
		{0.05, results.OK, "5.0% of the CPU time"},
		{0.051, results.Warn, "5.1% of the CPU time"},
		{1, results.Warn, "100.0% of the CPU time"},
		{math.NaN(), results.Unknown, "a fraction outside 0 to 1"},
		{-0.1, results.Unknown, "a fraction outside 0 to 1"},
		{math.Inf(1), results.Unknown, "a fraction outside 0 to 1"},
	} {
		got := OtherCPU(&tt.share)
		if got.Name != "foreign CPU" || got.State != tt.want || got.Found != tt.found {
			t.Errorf("%v: %+v, want %s, %q", tt.share, got, tt.want, tt.found)
		}
	}
	if got := OtherCPU(nil); got.Name != "foreign CPU" || got.State != results.Unknown || got.Found == "" {
		t.Errorf("unknown: %+v", got)
	}
}

// A round lasts some ten seconds.
func BenchmarkWatchRound(b *testing.B) {
	w := NewWatch()
	for range b.N {
		w.Round()
	}
}
