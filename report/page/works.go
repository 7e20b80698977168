package page

import (
	"cmp"
	_ "embed" // what workloads do
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/table"
	"conpar/report/words"
)

//go:embed works.txt
var worksText string

// worksDo are the lines of works.txt: by the name of a workload, what one of
// its tasks does, in the suite's own words.
var worksDo = sync.OnceValue(func() map[string]string {
	do := map[string]string{}
	for line := range strings.Lines(worksText) {
		name, says, _ := strings.Cut(strings.TrimSpace(line), "\t")
		do[name] = says
	}
	return do
})

// worksRun says where the tasks of a workload run, by the begin of its name.
var worksRun = []struct{ prefix, where string }{
	{"IO/work=tcp", byServer}, {"IO/work=http", byServer},
	{"IO/work=file", "this process; the disk of this machine"},
	{"IO/work=mapped", "this process; the disk of this machine"},
	{"Coord/work=exit", "a program for each exhibit"},
	{"Thread/work=parked", "a process of its own"}, {"Thread/work=create/of=thread", "a program in C++"},
	{"Thread/work=switch/of=thread", "a program in C++"},
	{"Service/", byServer}, {"Database/work=bolt", "this process; the disk of this machine"},
	{"Database/work=postgres", "this process; PostgreSQL is processes of its own on this machine, over a Unix socket"},
	{"Practice/work=quota", "a process of its own, in a control group"},
	{"Practice/work=ceiling", "as many processes as the axis says"}, {"Practice/work=sleepers/wait=loopback", byServer},
	{"Lang/", "a process for each language"}, {"Peer/", "fio, a process for each task"},
}

const byServer = "this process; its server is a process of its own on this machine, over the loopback interface"

func whereRun(name string) string {
	for _, w := range worksRun {
		if strings.HasPrefix(name, w.prefix) {
			return w.where
		}
	}
	return "this process"
}

// ranSays stands before the list of what was run.
const ranSays = "Each line is a workload: what one of its tasks does, how long a task takes here with one goroutine, " +
	"and where it runs. A cell is a workload with one choice of G, P and C; a sample measures a cell in a process of its own; " +
	"a round takes a sample of each cell that is due in it."

// ranTakes is the column of the list that was measured.
const ranTakes = 2

// cellsSay explains the columns of the table of cells.
const cellsSay = "n is the number of samples: cells that no claim needs are measured in some of the rounds only. " +
	"Other columns are units of Go's benchmarks, and: inflight, cpus, other-cpus, lock-wait, run-wait, alive, which stand " +
	"among the words. m is a thousandth, µ a millionth, k a thousand. " +
	"±821% of a value near zero says that samples lie between nothing and many times the median."

// ran lists what was run: first the workloads of the gains table, then those
// that only claims need. Both are empty for other projects' benchmarks.
func (r *Report) ran(s series.Source) (main, others table.Table, n int) {
	var first, rest [][]table.Cell
	gains := r.of(s.Label)
	listed := map[string]bool{}
	for _, w := range s.Works {
		name := listedName(w.Name)
		if name == "" || listed[name] {
			continue
		}
		listed[name] = true
		row := []table.Cell{{Text: short(name)}, {Text: worksDo()[name]}, {Text: alone(w)}, {Text: whereRun(name)}}
		if slices.ContainsFunc(gains[:min(len(gains), maxCells)],
			func(g scaling.Gain) bool { return g.Name == w.Name }) {
			first = append(first, row)
		} else {
			rest = append(rest, row)
		}
	}
	of := func(rows [][]table.Cell, caption string) table.Table {
		heads := table.Heads("Workload", "What a task does", "Takes here", "Runs in")
		for i := range heads {
			heads[i].Repeat = i > 1
		}
		t := table.Of(heads, rows...)
		t.Class, t.Caption = "plain ran", caption
		return t
	}
	return of(first, "Workloads whose gains were taken"), of(rest, "Workloads that claims need"), len(rest)
}

// listedName is a workload's name without what it is swept over; "" of one that
// is not the suite's. The copies of A/A controls stand among the controls.
func listedName(name string) string {
	for worksDo()[name] == "" {
		i := strings.LastIndexByte(name, '/')
		if i < 0 {
			return ""
		}
		name = name[:i]
	}
	return name
}

// alone is how long a task takes with as little beside it as was measured.
func alone(w *series.Work) string {
	least := slices.MinFunc(w.Cells, func(a, b *series.Measurement) int {
		plain := func(m *series.Measurement) int { // one goroutine before the plain loop, and this before more
			if m.Goroutines == 0 {
				return 2
			}
			return max(2*m.Goroutines-1, 0)
		}
		return cmp.Or(cmp.Compare(plain(a), plain(b)), cmp.Compare(a.Procs, b.Procs), cmp.Compare(b.CPUs, a.CPUs))
	})
	text := taking(stats.Median(least.Values("sec/op")))
	if n := least.Goroutines; n > 1 && text != words.Unknown {
		text += ", with " + words.Count(n, "goroutine")
	}
	return text
}

// taking writes how many seconds a task takes.
func taking(seconds float64) string {
	switch {
	case math.IsNaN(seconds):
		return words.Unknown
	case seconds < 0.995e-6:
		return rounded(1e9*seconds) + " ns"
	}
	return lasting(time.Duration(1e9 * seconds))
}
