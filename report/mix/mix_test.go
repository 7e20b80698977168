package mix_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"conpar/report/mix"
)

const ms = time.Millisecond

// The rule gives for 10 ms of waiting and 2 ms of computing on two CPUs what a
// person works out by hand: 12 workers keep both busy.
func Example() {
	w := mix.Mix{Wait: 10 * ms, Compute: 2 * ms}.On(2, 1)
	fmt.Printf("%d to %d workers: at most %.0f tasks a second, each in %v\n", w.Least, w.Most, w.Rate, w.Latency)
	// Output: 12 to 16 workers: at most 1000 tasks a second, each in 16ms
}

func TestOn(t *testing.T) {
	for _, tt := range []struct {
		m          mix.Mix
		cpus       int
		efficiency float64
		want       mix.Workers
	}{
		{mix.Mix{Wait: 10 * ms, Compute: 2 * ms}, 8, 0.5, mix.Workers{Least: 24, Most: 32, Rate: 2000, Latency: 16 * ms}},
		{mix.Mix{Compute: 2 * ms}, 2, 1, mix.Workers{Least: 2, Most: 2, Rate: 1000, Latency: 2 * ms}},
		{mix.Mix{Wait: ms, Compute: ms}, 1, 1, mix.Workers{Least: 2, Most: 3, Rate: 1000, Latency: 3 * ms}},
		{mix.Mix{Wait: ms, Compute: 99 * ms}, 4, 0.5, mix.Workers{Least: 4, Most: 4, Rate: 2 / 0.099, Latency: 198 * ms}},
	} {
		got := tt.m.On(tt.cpus, tt.efficiency)
		if got.Least != tt.want.Least || got.Most != tt.want.Most || math.Abs(got.Rate/tt.want.Rate-1) > 1e-9 ||
			got.Latency.Round(time.Microsecond) != tt.want.Latency {
			t.Errorf("%v on %d CPUs of efficiency %v: %+v, want %+v", tt.m, tt.cpus, tt.efficiency, got, tt.want)
		}
	}
}
