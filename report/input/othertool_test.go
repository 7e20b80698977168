package input_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conpar/report/input"
)

// looksLike says what the samples of other tools' output, by the beginning of
// their files' names, are called.
var looksLike = map[string]string{
	"benchmarkdotnet":  "BenchmarkDotNet output",
	"benchstat":        "benchstat output, which sums up such files; give report the files themselves",
	"criterion":        "criterion.rs output",
	"google-benchmark": "Google Benchmark output",
	"hyperfine":        "hyperfine output",
	"jmh":              "JMH output",
	"pyperf":           "pyperf output",
	"pytest-benchmark": "pytest-benchmark output",
	"rust":             "the output of Rust's cargo bench",
}

// foreignSamples returns the paths of all samples.
func foreignSamples(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/foreign/*")
	if err != nil || len(paths) < 2*len(looksLike)-3 {
		t.Fatalf("%d samples, %v", len(paths), err)
	}
	return paths
}

func TestForeignFormats(t *testing.T) {
	for _, path := range foreignSamples(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			tool := ""
			for begin, name := range looksLike {
				if strings.HasPrefix(filepath.Base(path), begin) {
					tool = name
				}
			}
			want := path + ": this looks like " + tool + "; report reads what go test -bench prints"
			if _, err := input.Read([]string{path}, nil); !errors.Is(err, input.ErrBadInput) || err.Error() != want {
				t.Errorf("got\n%v\nwant\n%s", err, want)
			}
			// Nothing of it is taken for a result, beside one that is.
			d := read(t, string(text)+"\n"+good)
			if len(cellsOf(d)) != 1 || cellsOf(d)[0].Name != "A" || len(cellsOf(d)[0].Rounds) != 1 {
				t.Errorf("read %s", dump(d))
			}
		})
	}
}

// A table that somebody typed or had made has no samples.
func TestTables(t *testing.T) {
	const says = "a table of figures without samples; give report what go test -bench printed for it"
	for _, text := range []string{
		"| Package | Time | Allocated |\n| :------ | :--: | :---: |\n| :zap: fast | 732 ns/op | 5 allocs/op\n| slow | 1093 ns/op | 10 allocs/op\n",
		"# Report\n\n| Benchmark | ns/op | B/op | Tier |\n|---|---:|---:|---|\n| Encode | 180.3 | 0 | hot |\n| Decode | 2,931 | 320 | cold |\n",
		"| Case | Old | New |\n| --- | --- | --- |\n| `Get` | 66.30 ns/op | 28.44 ns/op |\n| p99 | 5,382,126 ns | 17,242 ns |\n",
	} {
		_, err := input.Read([]string{input.Stdin}, strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q of\n%s", err, says, text)
		}
	}
}

// What a program logs is no other tool's output.
func TestNotForeign(t *testing.T) {
	for _, text := range []string{
		`{"context": {"user": 1}, "time": "12 ns"}`,
		"Benchmark\nTime\nCPU\nIterations\n",
		`{"results": [], "mean": 3}`,
		"name,iterations\n", "time: 12 ns\n",
	} {
		_, err := input.Read([]string{input.Stdin}, strings.NewReader(text))
		if !errors.Is(err, input.ErrBadInput) || strings.Contains(err.Error(), "this looks") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
