package page

import (
	"fmt"
	"math"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/stats"
	"conpar/report/words"
)

const idSum = "sum"

// sum shows from which length on it is worth to sum a slice by two goroutines.
func (d *drawing) sum() (*chart.Figure, error) {
	all := d.cpus(d.source)
	stops := func(by string, procs int) []scaling.SweepPoint {
		return scaling.Sweep(d.Data, d.source, "Pattern/work=sum/by="+by, "length", procs)
	}
	one := stops("loop", 1)
	if len(one) == 0 {
		one = stops("loop", all)
	}
	ss := add(nil, summed("one loop", "", one), 1)
	ss = add(ss, summed("two goroutines, P=1", "waiting", stops("two", 1)), 1)
	var c crossing
	if all > 1 {
		ss = add(ss, summed(fmt.Sprintf("two goroutines, P=%d", all), "computing", stops("two", all)), 1)
		ss = add(ss, summed(fmt.Sprintf("%d goroutines, P=%d", all, all), "mixed", stops("all", all)), 1)
		c = crossingOf(stops("loop", all), stops("two", all))
		if c.mark.X == 0 {
			c = crossingFound(scaling.Sweep(d.Data, d.source, "Pattern/work=crossover/of=sum", "length", all))
		}
	}
	if c.mark.X > 0 {
		c.mark.Label = fmt.Sprintf("crossover at P=%d: %s", all, length(c.mark.X, c.mark.X))
	}
	t := d.text(idSum, sumTitle(all, c, stops("loop", all), stops("two", all)),
		"Time per item of a slice that is summed, over its length · "+bands(ss),
		"Line chart of the time per item over the length of the slice.",
		"One loop uses one processor at any GOMAXPROCS. Two goroutines sum a half each and pass it over a channel.", c.note)
	t.X, t.Y = "items in the slice (log scale)", "↑ ns per item (log scale)"
	return chart.Lines(t, c.mark, ss)
}

// summed is the line of one way to sum, at one GOMAXPROCS.
func summed(name, kind string, stops []scaling.SweepPoint) chart.Series {
	s := chart.Series{Name: name, Kind: kind}
	for _, stop := range stops {
		n, t := float64(stop.N), nanoseconds(stop.Point)
		each := stats.Interval{Mid: t.Mid / n, Lo: t.Lo / n, Hi: t.Hi / n}
		s.Points = append(s.Points, at(n, each, "%s, %s: %s ns an item", name, words.Count(stop.N, "item"),
			words.Number(each.Mid)))
	}
	return s
}

// crossing is where two goroutines overtake one loop, as far as it is known.
type crossing struct {
	mark  chart.Point
	found bool   // for certain
	from  string // the length, for a title
	note  string
}

// crossingOf takes it from the times of both ways at several lengths.
func crossingOf(loop, two []scaling.SweepPoint) crossing {
	after, from, at := scaling.Crossover(loop, two)
	if from == 0 {
		return crossing{}
	}
	lo, hi := float64(after), float64(from)
	if math.IsNaN(at) {
		at = math.Sqrt(lo * hi)
	}
	between := fmt.Sprintf("between %s and %s items", words.Grouped(int64(after)), words.Grouped(int64(from)))
	return crossing{
		mark:  chart.Point{X: at, XLo: lo, XHi: hi, Tip: "Two goroutines are faster from somewhere " + between},
		found: true, from: between,
		note: "The crossover lies in the shaded band: left of it two goroutines are not shown to be faster, " +
			"right of it they are, by 95% intervals of the ratio within rounds.",
	}
}

// crossingFound takes it from the exhibit that looks for it, once a sample, up
// to its own length. Samples that find none count as beyond that.
func crossingFound(of []scaling.SweepPoint) crossing {
	if len(of) == 0 {
		return crossing{}
	}
	last := of[len(of)-1]
	longest := float64(last.N)
	values := last.Point.Values(unitCrossover)
	found := 0
	for _, v := range values {
		if v <= longest {
			found++
		}
	}
	i := stats.MedianInterval(values)
	if !(i.Mid > 0 && i.Mid <= longest) || !quiet(last.Point) { // no sample, most found none, or neighbours
		return crossing{}
	}
	c := crossing{
		mark: chart.Point{X: i.Mid},
		from: fmt.Sprintf("about %s items", length(i.Mid, longest)),
		note: fmt.Sprintf("The crossover is the median of what %d samples found, each with its own times at lengths "+
			"up to %s.",
			len(values), words.Grouped(int64(last.N))),
	}
	upTo := "beyond " + words.Grouped(int64(last.N))
	if i.Known() {
		c.found = i.Hi <= longest
		c.mark.XLo, c.mark.XHi = i.Lo, min(i.Hi, longest)
		if c.found {
			upTo = length(i.Hi, longest)
		}
		c.mark.Tip = fmt.Sprintf("Crossover: %s items (%s to %s)", length(i.Mid, longest), length(i.Lo, longest), upTo)
	}
	if found < len(values) {
		c.note += fmt.Sprintf(" %d of them found none and count as beyond.", len(values)-found)
	}
	return c
}

// sumTitle says from which length on two goroutines are faster, or else how
// they compare at the longest one, where an interval shows that they are.
func sumTitle(cpus int, c crossing, loop, two []scaling.SweepPoint) string {
	if c.found {
		return fmt.Sprintf("On %s two goroutines sum faster than one loop from %s on", words.Count(cpus, "CPU"), c.from)
	}
	if cpus > 1 && len(loop) > 0 && len(two) > 0 {
		a, b := loop[len(loop)-1], two[len(two)-1]
		if a.N == b.N && quiet(a.Point, b.Point) {
			if i := scaling.Over(a.Point, b.Point); i.Lo > 1 {
				return fmt.Sprintf("On %s two goroutines sum %s items %s as fast as one loop",
					words.Count(cpus, "CPU"), words.Grouped(int64(a.N)), factor(i.Mid))
			}
		}
	}
	return "Time to sum a slice, by one loop and by goroutines"
}
