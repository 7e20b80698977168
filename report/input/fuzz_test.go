package input_test

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"conpar/report/input"
	"conpar/report/series"
)

// Whatever the text, reading it gives data that keep the model's promises, or
// an error that says the input is bad.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"", "\n", good, "Benchmark", "Benchmark-2 1 1 x\n",
		"goos: linux\ngoarch: amd64\npkg: p\ncpu: X\nmachine: m\ngo: go1.26\nnote: n\nUnit tasks/s better=higher\n" +
			"BenchmarkCPU/work=primes/goroutines=8-2\t100\t5 ns/op\t7 tasks/s\t1.5 cpus\n",
		"BenchmarkA/goroutines=1/goroutines=2-3-4 1 0 ns/op 1 sec/op\n",
		"BenchmarkA 1 NaN x\nBenchmarkA 0 1 x\nBenchmarkA 1 -1 x\nBenchmarkA 1 1e999 x\nBenchmarkA 1 0x1p-2 x\n",
		"\xef\xbb\xbfBenchmarkA 1 1 x\r\nBenchmarkA 1 1 x\rcpu: Y\rBenchmarkA 1 1 x",
		"\xff\xfeB\x00", "B\x00", "BenchmarkA\x1b 1 1 x\n", "cpu: \xff\u0085\nBenchmarkA 1 1 x\n",
		"pkg: a\nBenchmarkb:_C 1 1 x\npkg: a: b\nBenchmarkC 1 1 x\n",
		`{"Action":"output","Output":"BenchmarkA 1 1 x\n"}`,
		"Unit\nUnit x\nUnit x =\nUnit ns/op better=lower\nBenchmarkA 1 1 MB/s 1 B/s\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := input.Read([]string{input.Stdin}, bytes.NewReader(text))
		if err != nil {
			if !errors.Is(err, input.ErrBadInput) {
				t.Fatalf("not about the input: %v", err)
			}
			return
		}
		check(t, d)
	})
}

func check(t *testing.T, d *series.Data) {
	t.Helper()
	labels := map[string]bool{}
	for _, s := range d.Sources {
		if labels[s.Label] || s.Config == nil {
			t.Errorf("source %+v: its label or its config", s)
		}
		labels[s.Label] = true
	}
	if len(d.Points) == 0 || len(d.Warnings) > 22 {
		t.Errorf("%d points, %d warnings", len(d.Points), len(d.Warnings))
	}
	keys := map[series.Key]bool{}
	for _, p := range d.Points {
		if keys[p.Key] || !labels[p.Source] || p.Name == "" || p.Procs < 1 || p.Goroutines < -1 {
			t.Errorf("key %+v", p.Key)
		}
		keys[p.Key] = true
		if len(p.Rounds) == 0 || len(p.Foreign) != len(p.Rounds) || len(p.Units) == 0 {
			t.Errorf("%+v: %d rounds, %d foreign, %d units", p.Key, len(p.Rounds), len(p.Foreign), len(p.Units))
		}
		for i, r := range p.Rounds {
			if r != i {
				t.Errorf("%+v: rounds %v", p.Key, p.Rounds)
			}
		}
		for unit, values := range p.Units {
			if unit == "" || len(values) != len(p.Rounds) {
				t.Errorf("%+v: %d values of %q", p.Key, len(values), unit)
			}
			for _, v := range values {
				if math.IsInf(v, 0) || v < 0 {
					t.Errorf("%+v: %v %s", p.Key, v, unit)
				}
			}
		}
	}
}

// Twice the text takes about twice the time: see the figures, in order, with
//
//	go test -bench Read ./report/input
func BenchmarkRead(b *testing.B) {
	line := []byte("BenchmarkCPU/work=primes/goroutines=8-2\t100\t5 ns/op\t7 tasks/s\t1.5 cpus\n")
	for _, size := range []string{"lines=1000", "lines=10000", "lines=100000"} {
		b.Run(size, func(b *testing.B) {
			n := map[string]int{"lines=1000": 1000, "lines=10000": 10_000, "lines=100000": 100_000}[size]
			text := bytes.Repeat(line, n)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := input.Read([]string{input.Stdin}, bytes.NewReader(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
