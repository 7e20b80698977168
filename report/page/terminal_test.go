package page

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
)

// The lines of cells are those of the library's table writer, which does not
// keep their number in mind.
func TestBlockIsATable(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	names := []string{"a", "Sort/size=1000", "日本/x", "é", strings.Repeat("long", 20), "e\u0301", "work=primes"}
	us := []string{"sec/op", "日本", "B/op"}
	for range 200 {
		var points []*series.Point
		values := map[string]int{}
		for i := range 1 + rng.IntN(4) {
			n := 1 + rng.IntN(120)
			p := &series.Point{Key: series.Key{Name: names[rng.IntN(len(names))], Goroutines: rng.IntN(30) - 1, Procs: 1 + rng.IntN(128)}, Rounds: make([]int, n)}
			of := map[string][]float64{}
			for _, u := range us[:1+(i+n)%len(us)] {
				for range n {
					of[u] = append(of[u], 1e-6*rng.Float64())
				}
			}
			p.Units = series.UnitsOf(of)
			for u := range of {
				values[u] = max(values[u], width(median(p, u)))
			}
			points = append(points, p)
		}
		most := leastName + rng.IntN(60)
		var got bytes.Buffer
		block(&got, points, us, values, most)
		want := Terminal{}.table(cellTable(points, us, func(s string) string { return shorten(s, most) })).Render() + "\n"
		if got.String() != want {
			t.Fatalf("%s\nwant\n%s", got.String(), want)
		}
	}
}

// shortenSlowly is what shorten does, as it is said: letters go one by one from
// the middle until the rest has room.
func shortenSlowly(s string, w int) string {
	rs := []rune(s)
	for n := len(rs) - 1; n > 0 && width(s) > w; n-- {
		s = string(rs[:(n+1)/2]) + "…" + string(rs[len(rs)-n/2:])
	}
	return s
}

func TestShorten(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	letters := []rune("abcdefgh/=-0é日本語\u0301ö")
	for range 2000 {
		rs := make([]rune, rng.IntN(90))
		for i := range rs {
			rs[i] = letters[rng.IntN(len(letters))]
		}
		s, w := string(rs), 3+rng.IntN(60)
		if got, want := shorten(s, w), shortenSlowly(s, w); got != want || width(got) > w {
			t.Fatalf("%q in %d columns: %q, want %q", s, w, got, want)
		}
	}
}

// Names of 10 kB, as go test -bench is fed by fuzzers.
func BenchmarkShorten(b *testing.B) {
	for _, letter := range []string{"x", "日"} {
		b.Run(fmt.Sprintf("letter=%s", letter), func(b *testing.B) {
			s := strings.Repeat(letter, 10_000)
			for b.Loop() {
				shorten(s, 48)
			}
		})
	}
}

func TestSparkline(t *testing.T) {
	for _, test := range []struct {
		throughputs []float64
		want        string
	}{
		{nil, ""},
		{[]float64{5}, ""},
		{[]float64{1, 1, 1}, "███"},
		{[]float64{1, 2, 2}, "▅██"},
		{[]float64{1, 8, 64, 512}, "▁▁▂█"},
		{[]float64{512, 1e-9}, "█▁"},
		{[]float64{1, math.Inf(1)}, ""},
	} {
		var sweep []scaling.Rate
		for i, x := range test.throughputs {
			sweep = append(sweep, scaling.Rate{G: i + 1, Throughput: stats.Interval{Mid: x}})
		}
		if got := sparkline(sweep); got != test.want {
			t.Errorf("%v: %q, want %q", test.throughputs, got, test.want)
		}
	}
}
