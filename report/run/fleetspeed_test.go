package run_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"

	"conpar/report/stats"
	"conpar/report/table"
	word "conpar/report/words"
)

// BenchmarkFleet reads fleets of 10, 100 and 1,000 machines, each a run of 100 cells and
// 12 rounds, and reports them. The aim is 10 seconds on two CPUs and 1 GiB for 1,000
// runs, and to grow in proportion to their number. An op is a report.
//
//	go test -run '^$' -bench Fleet -benchtime 3x ./report/run
//
// It writes 600 MB of runs, which takes minutes. It is to be built and run by itself: a
// child's peak begins with that of its parent.
func BenchmarkFleet(b *testing.B) {
	dir := b.TempDir()
	report := filepath.Join(dir, "report.exe")
	if out, err := exec.Command("go", "build", "-o", report, "conpar/report").CombinedOutput(); err != nil {
		b.Skipf("there is nothing to measure: %v\n%s", err, out)
	}
	fleet, written := filepath.Join(dir, "fleet"), 0
	var rows [][]table.Cell
	for _, machines := range []int{10, 100, 1000} {
		for ; written < machines; written++ { // the larger fleets have the smaller ones' machines
			member{alias: fmt.Sprintf("n%d", written+1)}.write(b, fleet, uint64(written+1))
		}
		b.Run(fmt.Sprintf("machines=%d", machines), func(b *testing.B) {
			var t taken
			for b.Loop() {
				t.run(b, machines, report, "fleet", "-format", "csv", fleet)
			}
			wall, cpu, peak := stats.Median(t.wall), stats.Median(t.cpu), stats.Median(t.peak)
			b.ReportMetric(wall, "sec")
			b.ReportMetric(cpu, "cpu-sec")
			b.ReportMetric(1e3*cpu/float64(machines), "cpu-ms/run")
			b.ReportMetric(peak, "peak-bytes")
			row := table.Texts(fmt.Sprint(machines))
			for _, v := range []float64{wall, cpu, 1e3 * cpu / float64(machines), peak / (1 << 20)} {
				row = append(row, table.Cell{Text: word.Number(v)})
			}
			rows = append(rows, row)
		})
	}
	t := table.Of(table.Heads("runs", "sec", "CPU-sec", "CPU-ms a run", "MiB at most"), rows...)
	fmt.Printf("\n%s\n", t.String(120))
}
