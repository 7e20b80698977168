package page

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"

	"conpar/report/claims"
	"conpar/report/fleet"
	"conpar/report/table"
	"conpar/report/words"
)

// claimSection says how portable verdicts are: the fraction of siblings that agree.
func (f *Fleet) claimSection() sheetSection {
	columns := table.Heads("group", "claim", "", "agree", "supported", "refuted", "inconclusive")
	for i := 3; i < len(columns); i++ {
		columns[i].Right = true
	}
	columns[1].Least, columns[2].Least = leastShared, leastShared
	var all []groupClaim
	for i, g := range f.Groups {
		for _, c := range g.Claims {
			if n, _ := c.Decided(); n > 1 {
				all = append(all, groupClaim{f.group(i), c})
			}
		}
	}
	if len(all) == 0 {
		return sheetSection{}
	}
	slices.SortStableFunc(all, func(a, b groupClaim) int { return cmp.Compare(a.Agree, b.Agree) })
	agreed := slices.IndexFunc(all, func(c groupClaim) bool { return c.Agree == 1 })
	if agreed < 0 {
		agreed = len(all)
	}
	s := sheetSection{Title: titleClaims, Says: []string{fmt.Sprintf("Of %s that two or more siblings decided, "+
		"%d have the same verdict on all of them. Agree is the fraction that decided as most did.",
		words.Count(len(all), "claim"), len(all)-agreed)}}
	if agreed > 0 {
		s.Table = &table.Table{Columns: columns, Rows: claimRows(all[:agreed]), Most: maxFleetRows, Rest: "fleet.json"}
	}
	if agreed < len(all) {
		s.Folded = &table.Table{Columns: columns, Rows: claimRows(all[agreed:]), Most: maxFleetRows, Rest: "fleet.json",
			Caption: "Claims on which all siblings agree"}
	}
	return s
}

// groupClaim is a claim with the group that it was judged by.
type groupClaim struct {
	group string
	fleet.Claim
}

func claimRows(all []groupClaim) iter.Seq[[]table.Cell] {
	return func(yield func([]table.Cell) bool) {
		for _, c := range all {
			row := table.Texts(c.group, c.ID+" "+c.Subject, c.Quantity, words.Percent(c.Agree))
			for _, as := range []claims.Outcome{claims.Supported, claims.Refuted, claims.Inconclusive} {
				row = append(row, table.Cell{Text: fmt.Sprint(c.Of[as])})
			}
			if !yield(row) {
				return
			}
		}
	}
}

// maxFleetRows is how many rows of a table the page shows; the files beside it have all.
const maxFleetRows = 200

// work is what one kind of work gains in the groups that measured it.
type fleetWork struct {
	name string
	of   []*fleet.Gains // by group; nil: not there
}

// works are in the order in which groups disagree: what differs in shape first.
func (f *Fleet) works() []fleetWork {
	var out []fleetWork
	for i := range f.Groups {
		for j := range f.Groups[i].Gains {
			g := &f.Groups[i].Gains[j]
			at := slices.IndexFunc(out, func(w fleetWork) bool { return w.name == g.Name })
			if at < 0 {
				at, out = len(out), append(out, fleetWork{g.Name, make([]*fleet.Gains, len(f.Groups))})
			}
			out[at].of[i] = g
		}
	}
	slices.SortStableFunc(out, func(a, b fleetWork) int { return cmp.Compare(b.differ(), a.differ()) })
	return out
}

// differ says how much groups differ: by what the work gains from, and then by how much
// in all.
func (w fleetWork) differ() float64 {
	from, lo, hi := map[string]bool{}, math.Inf(1), 0.0
	for _, g := range w.of {
		if g != nil && g.Total.Mid > 0 {
			from[g.From] = true
			lo, hi = min(lo, g.Total.Mid), max(hi, g.Total.Mid)
		}
	}
	if hi == 0 {
		return -1
	}
	return 1000*float64(len(from)-1) + math.Log(hi/lo)
}

func (f *Fleet) gainSection() sheetSection {
	columns := table.Heads("work", "group", "total gain", "gains from", "workers", "GOMAXPROCS",
		"last gain", "efficiency", "ceiling")
	columns[0].Least, columns[3].Least = leastShared, leastShared
	for _, i := range []int{2, 4, 5, 6, 7, 8} {
		columns[i].Right = true
	}
	columns[6].Spare, columns[8].Spare, columns[7].Spare = 1, 2, 3
	works := f.works()
	if len(works) == 0 {
		return sheetSection{}
	}
	rows := func(yield func([]table.Cell) bool) {
		for _, w := range works {
			for i, g := range w.of {
				if g == nil {
					continue
				}
				row := append(table.Texts(short(words.Sanitize(w.name)), f.group(i)),
					table.Figure(words.Times(g.Total), g.Total.Mid))
				row[2].Brief = words.Times(g.Total).Mid
				row = table.AppendTexts(row, words.Sanitize(g.From), exactly(g.Workers), exactly(g.Procs),
					words.Times(g.Last).Mid, words.Interval(g.Efficiency).Mid, words.Times(g.Ceiling).Mid)
				if !yield(row) {
					return
				}
			}
		}
	}
	s := sheetSection{Title: titleGains, draw: f.gainChart,
		Table: &table.Table{Columns: columns, Rows: rows, Most: maxFleetRows, Rest: "fleet.json"}}
	s.Says = []string{"Medians over the machines of a group, with 95% intervals from 6 machines on. " +
		"Between groups nothing is judged: the hardware differs. " +
		"What differs in shape, by what it gains from, stands first. " +
		"Workers are the goroutines that are surely within 5% of the best throughput. " +
		"The last gain is that of parallelism, and efficiency is that gain over the number of CPUs. " +
		"The ceiling is the fastest cell over one goroutine at GOMAXPROCS 1."}
	return s
}

// exactly is a number of workers or processors.
func exactly(n float64) string {
	if math.IsNaN(n) {
		return words.Unknown
	}
	return words.Exact(n)
}
