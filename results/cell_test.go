package results_test

import (
	"fmt"
	"testing"

	"conpar/results"
)

func ExampleCell() {
	c := results.Cell{Family: "CPU", Work: "primes", Axis: "goroutines", N: 8, Procs: 2}
	fmt.Println(c)
	back, err := results.ParseCell(c.String())
	fmt.Println(back == c, err)
	// Output:
	// BenchmarkCPU/work=primes/goroutines=8-2
	// true <nil>
}

func TestCellNames(t *testing.T) {
	tests := map[string]results.Cell{
		"BenchmarkIO/work=tcp/goroutines=0":                    {"IO", "tcp", "goroutines", 0, 1, 0},
		"BenchmarkIO/work=tcp/goroutines=512-64":               {"IO", "tcp", "goroutines", 512, 64, 0},
		"BenchmarkCoord/work=serial/share=20/goroutines=2-4":   {"Coord", "serial/share=20", "goroutines", 2, 4, 0},
		"BenchmarkControl/work=sha256/copy=b/goroutines=8-2":   {"Control", "sha256/copy=b", "goroutines", 8, 2, 0},
		"BenchmarkLang/work=wait/lang=go/kind=io/workers=16-2": {"Lang", "wait/lang=go/kind=io", "workers", 16, 2, 0},
		"BenchmarkIO/work=tcp/cpus=1/goroutines=64":            {"IO", "tcp", "goroutines", 64, 1, 1},
		"BenchmarkPattern/work=sum/by=two/cpus=1/length=9-64":  {"Pattern", "sum/by=two", "length", 9, 64, 1},
	}
	for name, want := range tests {
		got, err := results.ParseCell(name)
		if err != nil || got != want {
			t.Errorf("ParseCell(%q) = %+v, %v", name, got, err)
		}
		if want.String() != name {
			t.Errorf("%+v is written %q, want %q", want, want, name)
		}
	}
}

func TestCellNamesThatAreNone(t *testing.T) {
	for _, name := range []string{
		"", "BenchmarkCPU", "CPU/work=primes/goroutines=8", "BenchmarkCPU/work=primes",
		"BenchmarkCPU/work=primes/goroutines=8-1", "BenchmarkCPU/work=primes/goroutines=08",
		"BenchmarkCPU/work=primes/goroutines=8-0", "BenchmarkCPU/work=primes/goroutines=-8",
		"BenchmarkCPU/work=Primes/goroutines=8", "BenchmarkCPU/work=primes/goroutines=8-2 ",
		"BenchmarkCPU/work=primes/goroutines=99999999999999999999", "BenchmarkCPU/work=a/goroutines=8-99999999999999999999",
		"BenchmarkCPU/work=primes/goroutines=8\n", "BenchmarkCPU/work=primes/goroutines=8/cpus=1",
		"BenchmarkCPU/work=primes/cpus=99999999999999999999/goroutines=8",
	} {
		if c, err := results.ParseCell(name); err == nil {
			t.Errorf("ParseCell(%q) = %+v, want an error", name, c)
		}
	}
}

func FuzzParseCell(f *testing.F) {
	f.Add("BenchmarkCPU/work=primes/goroutines=8-2")
	f.Add("BenchmarkIO/work=fileread/cache=page/cpus=1/goroutines=64-64")
	f.Add("BenchmarkCoord/work=serial/share=20/goroutines=0")
	f.Fuzz(func(t *testing.T, name string) {
		c, err := results.ParseCell(name)
		if err == nil && c.String() != name {
			t.Errorf("%q was read as %q", name, c)
		}
	})
}
