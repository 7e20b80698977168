package run_test

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/run"
)

// quick is a recorded quick run; what its report takes is what users wait for.
const quick = "../../results/amd-turin-2cpu/20261130T205142Z"

func quickReport(b *testing.B) (*page.Report, string) {
	b.Helper()
	data, err := input.Read([]string{quick}, nil)
	if err != nil {
		b.Fatal(err)
	}
	return page.New(data), data.Sources[0].Label
}

// BenchmarkDrawings is all charts of a quick run as SVG, without those of traces;
// the aim is 150 ms for both widths.
func BenchmarkDrawings(b *testing.B) {
	r, source := quickReport(b)
	for b.Loop() {
		figures, err := r.Charts(source)
		if err != nil || len(figures) != 19 {
			b.Fatal(len(figures), err)
		}
		for _, f := range figures {
			f.SVG(false)
		}
	}
}

// BenchmarkFiles is the whole page in memory, pictures among it, which take
// nearly all of the time; the aim is a second.
func BenchmarkFiles(b *testing.B) {
	r, source := quickReport(b)
	for b.Loop() {
		if _, err := r.Files(context.Background(), source); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReport is the command, from the run on disk to the page on disk; the
// aim is a second.
func BenchmarkReport(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "page")
	for b.Loop() {
		if code := run.Run(context.Background(), nil, new(bytes.Buffer), new(bytes.Buffer), []string{"-o", dir, quick}); code != run.Fine {
			b.Fatal(code)
		}
	}
}
