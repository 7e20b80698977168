package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"conpar/report/claims"
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
	Table       table.Table
}

// practice returns the parts that the run of a source has figures for.
func (r *Report) practice(source string) []practicePart {
	s := r.Data.Source(source)
	if s == nil || s.Run == nil {
		return nil
	}
	var parts []practicePart
	for _, part := range []func(*series.Source) practicePart{r.ceilingPart, sleepersPart, servicePart} {
		if p := part(s); p.Table.Rows != nil {
			parts = append(parts, p)
		}
	}
	return parts
}

// fill gives the part its table, if there are lines for one.
func (p *practicePart) fill(heads []string, rows [][]table.Cell) {
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

// practiceMarkdown is the section in Markdown; "" for a run without it.
func (r *Report) practiceMarkdown(source string) string {
	var d document
	for _, p := range r.practice(source) {
		d.say("### %s\n\n%s\n\n%s", p.Title, words.Markdown(p.Says), p.Table.Markdown())
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

// ceilingPart splits what a program loses on all CPUs: by what as many processes lose,
// and the rest.
func (r *Report) ceilingPart(s *series.Source) practicePart {
	p := practicePart{Title: "The machine's ceiling", Says: "As many processes as CPUs share no memory, no lock and no runtime of Go. " +
		"What each of them loses beside the others is lost by the hardware: clock, shared core, hypervisor. " +
		"No program gains more from the CPUs. What a program loses beyond that, it loses by itself."}
	var rows [][]table.Cell
	for _, of := range [][2]string{{"chain", "primes"}, {"sha256", "sha256"}} {
		v := r.judgedAs(s.Label, "P1", of[0])
		if v == nil {
			continue
		}
		all := float64(s.Run.Machine.CPUs)
		most := stats.Interval{Mid: all * v.Measured.Mid, Lo: all * v.Measured.Lo, Hi: all * v.Measured.Hi}
		program, lost := words.Unknown, "the program was not measured"
		if gain := r.judgedAs(s.Label, "R3", of[1]); gain != nil {
			program = words.Times(gain.Measured).String()
			lost = split(all, most.Mid, gain.Measured.Mid)
		}
		rows = append(rows, table.Texts(of[0], words.Times(most).String(), of[1], program, lost))
	}
	p.fill([]string{"Processes do", "Their ceiling", "A program does", "It gains from all CPUs", "What is lost"}, rows)
	return p
}

// split says what is lost of all CPUs by the hardware and by the program.
func split(all, most, gain float64) string {
	hardware, program := max(0, all-most), max(0, most-gain)
	return fmt.Sprintf("%.2f of %s: %.2f by the hardware, %.2f by the program", gain, words.Exact(all), hardware, program)
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

func milliseconds(seconds stats.Interval) string {
	return words.Interval(stats.Interval{Mid: 1e3 * seconds.Mid, Lo: 1e3 * seconds.Lo, Hi: 1e3 * seconds.Hi}).String() + " ms"
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
			at := sleeping{c.Procs, stats.MedianInterval(c.Values("wait-sec")), stats.MedianInterval(c.Values("tasks/s"))}
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
	p.fill([]string{"Waits for", "GOMAXPROCS", "Mean wait", "Tasks a second", "Advice"}, rows)
	return p
}

var serviceCell = lazy.Regexp(`^Service/work=http/compute=([^/]+)/limit=([^/]+)/load=(\d+)$`)

// servicePart shows what a web service under open load makes its clients wait.
func servicePart(s *series.Source) practicePart {
	p := practicePart{Title: "A service under open load", Says: "Requests come at random times, at a percentage of the capacity, " +
		"whether or not earlier ones were answered. Latency counts from when a request was due. The limit is of requests in progress: " +
		"rate × time in progress for the capacity and a third more (rule), half of it, or an eighth. " +
		"Where the generator was over 1 ms late, the latency is partly its own."}
	var rows [][]table.Cell
	for _, c := range s.Cells() {
		at := serviceCell().FindStringSubmatch(c.Name)
		if at == nil {
			continue
		}
		of := func(unit string) stats.Interval { return stats.MedianInterval(c.Values(unit)) }
		rows = append(rows, table.Texts(at[1], at[2], at[3]+"%", fmt.Sprint(c.Procs), words.Interval(of("requests/s")).String(),
			milliseconds(of("p50-sec")), milliseconds(of("p99-sec")), milliseconds(of("late-sec"))))
	}
	p.fill([]string{"Computes", "Limit", "Load", "GOMAXPROCS", "Requests a second", "Latency, p50", "Latency, p99", "Generator late, p99"}, rows)
	return p
}
