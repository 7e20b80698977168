package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"conpar/report/chart"
	"conpar/report/claims"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/table"
	"conpar/report/words"
	"conpar/results/lazy"
)

// practicePart is a part of the section "In practice", which a run of the profile
// "practice" has: what was measured, and what to do about it.
type practicePart struct {
	Title, Says string
	Chart       string // the ID of its chart, or ""
	Figure      *figureView
	Table       table.Table
	keys        int // how many columns say what a line is of
}

// practice returns the parts that the run of a source has figures for.
func (r *Report) practice(source string) []practicePart {
	s := r.Data.Source(source)
	if s == nil || s.Run == nil {
		return nil
	}
	var parts []practicePart
	for _, part := range []func(*series.Source) practicePart{mappedPart, r.ceilingPart, sleepersPart, r.poolPart,
		servicePart, quotaPart} {
		if p := part(s); p.Table.Rows != nil {
			parts = append(parts, p)
		}
	}
	return parts
}

// fill gives the part its table, if there are lines for one. So many columns say what a
// line is of.
func (p *practicePart) fill(keys int, heads []string, rows [][]table.Cell) {
	p.keys = keys
	if len(rows) == 0 {
		return
	}
	columns := table.Heads(heads...)
	for i := range columns {
		columns[i].Repeat = i > 0
	}
	p.Table = table.Of(columns, rows...)
	p.Table.Class, p.Table.Caption = "plain ran", p.Title
}

// practiceMarkdown is the section in Markdown, with its charts among the figures; "" if
// there is none.
func (r *Report) practiceMarkdown(source string, figures []*chart.Figure) string {
	var d document
	for _, p := range r.practice(source) {
		d.say("### %s\n\n%s", p.Title, words.Markdown(p.Says))
		for _, f := range figures {
			if f.Text().ID == p.Chart {
				d.WriteString(picture(f.Text()))
			}
		}
		d.say("%s", p.Table.Markdown())
	}
	return d.String()
}

// judgedAs returns the verdict on a claim with a subject if it has a figure, or nil.
func (r *Report) judgedAs(source, id, subject string) *claims.Verdict {
	verdicts := r.Verdicts[source]
	at := slices.IndexFunc(verdicts, func(v claims.Verdict) bool {
		return v.ID == id && v.Subject == subject && !math.IsNaN(v.Measured.Mid)
	})
	if at < 0 {
		return nil
	}
	return &verdicts[at]
}

// mappedPart shows reads of a mapped file beside work that waits where the runtime sees
// it.
func mappedPart(s *series.Source) practicePart {
	p := practicePart{Title: "A mapped file beside work that waits", Chart: idMapped,
		Says: "A goroutine that waits for a timer, " +
			"the network or a system call leaves its processor to others. One that touches a page of a mapped file waits, too, " +
			"but the runtime cannot see it: the goroutine keeps its processor. There it is GOMAXPROCS that says how many reads wait at once."}
	file := s.Work(mappedWork)
	if file == nil {
		return p
	}
	var rows [][]table.Cell
	for _, name := range besideMapped {
		w := s.Work(name)
		if w == nil {
			continue
		}
		for _, r := range raises(w, mostGoroutines(file)) {
			rows = append(rows, table.Texts(short(name), fmt.Sprint(r.Procs), words.Times(r.gain).String(),
				words.Interval(stats.MedianInterval(r.Values("cpus"))).String()))
		}
	}
	p.fill(2, []string{"Work", "GOMAXPROCS", "Gain of the goroutines", "CPUs busy"}, rows)
	return p
}

// loss is what processes, and a program that does the same kind of work, do on all CPUs.
type loss struct {
	processes, program string
	all                float64         // CPUs
	most               stats.Interval  // times what one process does alone
	gain               *stats.Interval // of the program; nil: not measured
}

// losses returns what is lost on all CPUs, as far as it was measured.
func (r *Report) losses(s *series.Source) (losses []loss) {
	if s.Run == nil {
		return nil
	}
	for _, of := range [][2]string{{"chain", "primes"}, {"sha256", "sha256"}} {
		v := r.judgedAs(s.Label, "P1", of[0])
		if v == nil {
			continue
		}
		all := float64(s.Run.Machine.CPUs)
		l := loss{of[0], of[1], all, times(all, v.Measured), nil}
		if gain := r.judgedAs(s.Label, "R3", of[1]); gain != nil {
			l.gain = &gain.Measured
		}
		losses = append(losses, l)
	}
	return losses
}

// says splits what is lost of all CPUs: by the hardware, as far as the processes lose it,
// and the rest by the program. A program that does more than the processes could has
// nothing to split.
func (l loss) says() string {
	if l.gain == nil {
		return "the program was not measured"
	}
	shown := func(v float64) float64 { return math.Round(100*v) / 100 } // so that what is shown adds up
	gain, most, of := shown(l.gain.Mid), shown(l.most.Mid), words.Exact(l.all)
	if gain >= min(most, l.all) {
		return fmt.Sprintf("%.2f of %s, and %.2f by the processes: nothing is lost by the program", gain, of, most)
	}
	most = min(most, l.all)
	return fmt.Sprintf("%.2f of %s: %.2f by the hardware (clock, shared core, hypervisor), %.2f by the program",
		gain, of, l.all-most, most-gain)
}

// ceilingPart splits what a program loses on all CPUs: by what as many processes lose,
// and the rest.
func (r *Report) ceilingPart(s *series.Source) practicePart {
	p := practicePart{Title: "The machine's ceiling", Chart: idCeiling,
		Says: "As many processes as CPUs share no memory, no lock and no " +
			"runtime of Go. What each of them loses beside the others is lost by the hardware: clock, shared core, hypervisor. " +
			"No program gains more from the CPUs. What a program loses beyond that, it loses by itself. " +
			"Where a program did more than the processes, their ceiling was measured too low."}
	var rows [][]table.Cell
	for _, l := range r.losses(s) {
		program := words.Unknown
		if l.gain != nil {
			program = words.Times(*l.gain).String()
		}
		rows = append(rows, table.Texts(l.processes, l.program, words.Times(l.most).String(), program, l.says()))
	}
	p.fill(2, []string{"Processes do", "A program does", "The processes' ceiling", "The program gains from all CPUs",
		"What is lost"}, rows)
	return p
}

// sleeping is what goroutines that compute and one that waits have at a GOMAXPROCS.
type sleeping struct {
	procs      int
	wait, rate stats.Interval // seconds, tasks a second
}

// mostLoss is how much throughput shorter waits may cost.
const mostLoss = 0.05

// advisedSleeping returns which GOMAXPROCS to use: that of the shortest wait among those
// whose throughput may be within 5% of the best. It is 0 if this run cannot tell: if it
// has too few rounds, or another wait may be as short.
func advisedSleeping(all []sleeping) (procs int) {
	unknown := func(s sleeping) bool { return !s.wait.Known() || !s.rate.Known() }
	if slices.ContainsFunc(all, unknown) {
		return 0
	}
	best := slices.MaxFunc(all, func(a, b sleeping) int { return cmp.Compare(a.rate.Mid, b.rate.Mid) })
	good := slices.DeleteFunc(slices.Clone(all), func(s sleeping) bool { return s.rate.Hi < (1-mostLoss)*best.rate.Mid })
	shortest := slices.MinFunc(good, func(a, b sleeping) int { return cmp.Compare(a.wait.Mid, b.wait.Mid) })
	for _, s := range good {
		if s.procs != shortest.procs && s.wait.Lo <= shortest.wait.Hi {
			return 0
		}
	}
	return shortest.procs
}

func times(factor float64, i stats.Interval) stats.Interval {
	return stats.Interval{Mid: factor * i.Mid, Lo: factor * i.Lo, Hi: factor * i.Hi}
}

func milliseconds(seconds stats.Interval) string {
	return words.Interval(times(1e3, seconds)).String() + " ms"
}

// sleepersPart shows what the waits take beside work that computes, and which
// GOMAXPROCS serves both.
func sleepersPart(s *series.Source) practicePart {
	p := practicePart{Title: "Waiting beside computing", Says: "As many goroutines compute as there are CPUs, and one more waits again and again. " +
		"Advice by throughput alone does not see the waits. This one looks at both: " +
		"of those that may be within 5% of the best throughput, the GOMAXPROCS with the shortest wait. " +
		"None is advised where this run cannot tell."}
	var rows [][]table.Cell
	for _, w := range s.Works {
		name, of := strings.CutPrefix(w.Name, "Practice/work=sleepers/wait=")
		if !of {
			continue
		}
		var all []sleeping
		for _, c := range w.Cells {
			at := sleeping{c.Procs, stats.MedianInterval(c.Values("wait-sec")),
				stats.MedianInterval(c.Values("tasks/s"))}
			if c.Goroutines == s.Run.Machine.CPUs && c.CPUs == 0 && at.wait.Mid > 0 && at.rate.Mid > 0 {
				all = append(all, at)
			}
		}
		if len(all) < 2 {
			continue
		}
		advised := advisedSleeping(all)
		for _, at := range all {
			says := ""
			if at.procs == advised {
				says = "advised"
			}
			rows = append(rows, table.Texts(words.Sanitize(name), fmt.Sprint(at.procs), milliseconds(at.wait),
				words.Interval(at.rate).String(), says))
		}
	}
	p.fill(2, []string{"Waits for", "GOMAXPROCS", "Mean wait", "Tasks a second", "Advice"}, rows)
	return p
}

var serviceCell = lazy.Regexp(`^Service/work=http/compute=([^/]+)/limit=([^/]+)/load=(\d+)$`)

// servicePart shows what a web service under open load makes its clients wait.
func servicePart(s *series.Source) practicePart {
	p := practicePart{Title: "A service under open load", Chart: idLatency,
		Says: "Requests come at random times, at a percentage of the capacity, " +
			"whether or not earlier ones were answered. Latency counts from when a request was due. The limit is of requests in progress: " +
			"rate × time in progress for the capacity and a third more (rule), half of it, or an eighth. " +
			"Where the generator was over 1 ms late, the latency is partly its own."}
	var rows [][]table.Cell
	for _, v := range services(s) {
		rows = append(rows, table.Texts(v.compute, v.limit, fmt.Sprintf("%.0f%%", 100*v.load), fmt.Sprint(v.Procs),
			words.Interval(v.rate).String(), milliseconds(v.p50), milliseconds(v.p99), milliseconds(v.late)))
	}
	p.fill(4, []string{"Computes", "Limit", "Load", "GOMAXPROCS", "Requests a second", "Latency, p50",
		"Latency, p99", "Generator late, p99"}, rows)
	return p
}

// poolPart shows what transactions gain from connections, and how large a pool to have.
func (r *Report) poolPart(s *series.Source) practicePart {
	p := practicePart{Title: "A pool of connections", Chart: idPool,
		Says: "64 goroutines share a pool of connections to PostgreSQL. " +
			"The smallest tried pool within 5% of the best throughput is advised. " +
			"The knee is as many connections as the best pool gains over one connection. " +
			"With fewer, transactions wait for a connection; with more, connections wait for the server."}
	var rows [][]table.Cell
	for _, of := range r.pools(s) {
		best := slices.MaxFunc(of.points, func(a, b scaling.SweepPoint) int {
			return cmp.Compare(rate(a).Mid, rate(b).Mid)
		})
		advised := words.Unknown
		if n := of.advised(); n > 0 {
			advised = fmt.Sprint(n)
		}
		rows = append(rows, table.Texts(of.name, fmt.Sprint(of.procs), words.Interval(of.knee).String(), advised,
			fmt.Sprint(best.N), words.Interval(rate(best)).String(), words.Interval(rate(of.points[0])).String()))
	}
	p.fill(2, []string{"Transactions", "GOMAXPROCS", "Knee, connections", "Advised pool", "Best tried pool",
		"Its transactions a second", "With one connection"}, rows)
	return p
}
