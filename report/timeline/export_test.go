package timeline

import "golang.org/x/exp/trace"

// Sum sums up events as Read does those of a trace.
func Sum(regionType string, events []trace.Event) (Summary, error) {
	c := newCount(regionType)
	for _, e := range events {
		c.add(e)
	}
	return c.sum()
}

// LoadEvents loads events as Load does those of a trace.
func LoadEvents(events []trace.Event) (*Trace, error) {
	l := newLoading()
	for _, e := range events {
		l.add(e)
	}
	return l.trace()
}

// The bounds on what is kept.
const (
	MostSpans   = mostSpans
	MostEnded   = mostEnded
	MostRegions = mostRegions
)

// Kept returns how many spans, goroutines and regions t holds.
func (t *Trace) Kept() (spans, goroutines, regions int) {
	seen := map[*lane]bool{}
	count := func(l *lane) {
		if !seen[l] {
			seen[l] = true
			spans += len(l.spans)
		}
	}
	for _, l := range t.lanes {
		count(l)
	}
	for _, r := range t.regions {
		count(r.of)
	}
	return spans, len(t.lanes), len(t.regions)
}
