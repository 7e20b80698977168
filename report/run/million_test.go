package run_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conpar/report/stats"
	"conpar/report/table"
	word "conpar/report/words"
)

const aMillion = 1_000_000

// million writes a file with a million results of so many names, in three units.
// Those of a name follow one another as go test -count writes them, or else come
// in rounds.
func million(b *testing.B, path string, names int, rounds bool, seed uint64) {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	rng := rand.New(rand.NewPCG(seed, 2))
	fmt.Fprint(w, "goos: linux\ngoarch: amd64\npkg: example.com/many\ncpu: A CPU\n")
	for i := range aMillion {
		name := i * names / aMillion
		if rounds {
			name = i % names
		}
		ns := float64(100+name%9000) * (1 + rng.Float64()/50)
		fmt.Fprintf(w, "BenchmarkMany/group=%d/case=%d-2 \t%8d\t%12.1f ns/op\t%8d B/op\t%8d allocs/op\n", name/1000, name, 1000+rng.IntN(100), ns, 16*(name%100), name%7)
	}
	fmt.Fprint(w, "PASS\nok  \texample.com/many\t999.000s\n")
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkMillion reads and sums up a million results, and compares those of
// two such files in one unit, beside benchstat in turns. The aims stand in the
// table that it ends with. An op is a run of both. scripts/speed.sh runs it:
//
//	go test -run '^$' -bench Million -benchtime 5x ./report/run
//
// What it reports are medians of both, and the ratios of these. It is to be
// built and run by itself: a child's peak begins with that of its parent.
func BenchmarkMillion(b *testing.B) {
	dir := b.TempDir()
	report := filepath.Join(dir, "report.exe")
	if out, err := exec.Command("go", "build", "-o", report, "conpar/report").CombinedOutput(); err != nil {
		b.Skipf("there is nothing to measure: %v\n%s", err, out)
	}
	out, err := exec.Command("go", "tool", "-n", "benchstat").Output()
	if err != nil {
		b.Skip("no benchstat: ", err)
	}
	benchstat := strings.TrimSpace(string(out))
	file := func(name string, names int, rounds bool, seed uint64) string {
		path := filepath.Join(dir, name)
		million(b, path, names, rounds, seed)
		return path
	}
	count, other := file("count.txt", 100_000, false, 1), file("other.txt", 100_000, false, 2)
	rounds := file("rounds.txt", 100_000, true, 1)
	few, others := file("few.txt", 10_000, false, 1), file("others.txt", 10_000, false, 2)
	var rows [][]table.Cell
	for _, of := range []struct {
		name         string
		lines        int // that both write at least
		ours, theirs []string
		faster       float64 // the aim
	}{
		{"read/order=count", 300_000, []string{"-cells", "-format", "csv", count}, []string{"-format", "csv", count}, 5.5},
		{"read/order=rounds", 300_000, []string{"-cells", "-format", "csv", rounds}, []string{"-format", "csv", rounds}, 5.5},
		{"compare/names=100000", 100_000, []string{"compare", "-v", count, other}, []string{"-filter", ".unit:sec/op", count, other}, 5},
		{"compare/names=10000", 10_000, []string{"compare", "-v", few, others}, []string{"-filter", ".unit:sec/op", few, others}, 5},
	} {
		b.Run(of.name, func(b *testing.B) {
			var ours, theirs taken
			for b.Loop() {
				ours.run(b, of.lines, report, of.ours...)
				theirs.run(b, of.lines, benchstat, of.theirs...)
			}
			row := table.Texts(of.name)
			for _, m := range []struct {
				unit         string
				ours, theirs []float64
			}{{"sec", ours.wall, theirs.wall}, {"cpu-sec", ours.cpu, theirs.cpu}, {"peak-bytes", ours.peak, theirs.peak}} {
				one, other := stats.Median(m.ours), stats.Median(m.theirs)
				b.ReportMetric(one, "report-"+m.unit)
				b.ReportMetric(other, "benchstat-"+m.unit)
				b.ReportMetric(other/one, m.unit+"-ratio")
				for _, v := range []float64{one, other} {
					row = append(row, table.Cell{Text: word.Number(v)})
				}
				row = append(row, table.Cell{Text: word.Number(other/one) + "×"})
			}
			b.ReportMetric(0, "ns/op") // of both together, which tells nothing
			rows = append(rows, append(row, table.Cell{Text: word.Exact(of.faster) + "×, 4×"}))
		})
	}
	t := table.Of(table.Heads("report / benchstat / times better", "sec", "", "", "CPU-sec", "", "", "bytes", "", "", "aim: time, bytes"), rows...)
	fmt.Printf("\n%s\n", t.String(120))
}

// taken is what runs of a program took: seconds, and bytes at most.
type taken struct{ wall, cpu, peak []float64 }

func (t *taken) run(b *testing.B, least int, program string, args ...string) {
	b.Helper()
	cmd := exec.Command(program, args...)
	lines := new(counter)
	var errs bytes.Buffer // benchstat has much to say about zeros
	cmd.Stdout, cmd.Stderr = lines, &errs
	start := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatal(err, errs.String())
	}
	t.wall = append(t.wall, time.Since(start).Seconds())
	t.cpu = append(t.cpu, (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds())
	t.peak = append(t.peak, peakBytes(cmd.ProcessState))
	if int(*lines) < least {
		b.Fatalf("%s wrote %d lines", filepath.Base(program), *lines)
	}
}

// counter counts lines.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(strings.Count(string(p), "\n"))
	return len(p), nil
}
