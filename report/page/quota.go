package page

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/table"
	"conpar/report/words"
	"conpar/results/lazy"
)

var quotaCell = lazy.Regexp(`^(Practice/work=quota/of=computing|Practice/work=quota/of=waiting|Service/work=quota)/limit=([^/]+)/procs=(\d+)$`)

// underQuota is what was measured with a quota at a GOMAXPROCS; 0: the one that Go chose.
type underQuota struct {
	limit string
	procs int
}

// quotaPart is the table "limit → GOMAXPROCS".
func quotaPart(s *series.Source) practicePart {
	p := practicePart{Title: "A quota of CPU time", Says: "A process in a control group stands still for the rest of a period " +
		"once it has used its quota. Limits are half a CPU, one CPU, and half of the CPUs. " +
		"Computing and waiting are tasks a second. The service has requests that wait 10 ms and compute 1 ms: " +
		"the most that it did a second, and its p99 at 60% of the quota. Throttled are the periods in which it stood still."}
	type figures struct{ computing, waiting, service *series.Measurement }
	all := map[underQuota]*figures{}
	for _, c := range s.Cells() {
		at := quotaCell().FindStringSubmatch(c.Name)
		if at == nil {
			continue
		}
		procs, _ := strconv.Atoi(at[3]) // the expression allows digits only
		key := underQuota{at[2], procs}
		f := all[key]
		if f == nil {
			f = &figures{}
			all[key] = f
		}
		switch at[1] {
		case "Service/work=quota":
			f.service = c
		case "Practice/work=quota/of=waiting":
			f.waiting = c
		default:
			f.computing = c
		}
	}
	order := []string{"0.5", "one", "half"}
	keys := slices.SortedFunc(maps.Keys(all), func(a, b underQuota) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.limit), slices.Index(order, b.limit)),
			cmp.Compare(a.limit, b.limit),
			cmp.Compare(a.procs, b.procs))
	})
	of := func(c *series.Measurement, unit string) stats.Interval {
		if c == nil {
			return stats.MedianInterval(nil)
		}
		return stats.MedianInterval(c.Values(unit))
	}
	var rows [][]table.Cell
	for _, k := range keys {
		f := all[k]
		procs := fmt.Sprint(k.procs)
		if k.procs == 0 {
			procs = "Go's own"
			for _, c := range []*series.Measurement{f.service, f.computing, f.waiting} {
				if chosen := of(c, "procs"); chosen.Mid > 0 {
					procs += fmt.Sprintf(" (%s)", words.Exact(chosen.Mid))
					break
				}
			}
		}
		rows = append(rows, table.Texts(words.Sanitize(k.limit), procs,
			words.Interval(of(f.computing, "steady/s")).String(),
			words.Interval(of(f.waiting, "steady/s")).String(), words.Interval(of(f.service, "steady/s")).String(),
			latencyText(of(f.service, "p99-sec")), throttledText(of(f.service, "throttled"), of(f.service, "periods"))))
	}
	p.fill(2, []string{"Limit", "GOMAXPROCS", "Computing", "Waiting", "Service", "Its p99", "Throttled"}, rows)
	return p
}

func latencyText(seconds stats.Interval) string {
	if !(seconds.Mid > 0) {
		return words.Unknown
	}
	return milliseconds(seconds)
}

// throttledText says in how many of its periods a group stood still, by medians.
func throttledText(stopped, periods stats.Interval) string {
	if !(periods.Mid > 0) {
		return words.Unknown
	}
	return fmt.Sprintf("%s of %s", words.Exact(stopped.Mid), words.Exact(periods.Mid))
}
