package timeline

import "golang.org/x/exp/trace"

// LoadEvents loads events as Load does those of a trace.
func LoadEvents(events []trace.Event) (*Summary, error) {
	l := newLoading()
	for _, e := range events {
		l.add(e)
	}
	return &l.out, l.finish()
}

// The bounds on what is kept.
const (
	MostSpans   = mostSpans
	MostEnded   = mostEnded
	MostRegions = mostRegions
)

// Kept returns how many spans, goroutines and regions t holds.
func (t *Summary) Kept() (spans, goroutines, regions int) {
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
