package timeline

import (
	"bytes"

	"golang.org/x/exp/trace"
)

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

// EndsOf returns where each batch of a trace ends, and each of its generations, in
// bytes.
func EndsOf(data []byte) (batchEnds, generations []int) {
	b := newBatches(bytes.NewReader(data))
	if b.open() != nil {
		return nil, nil
	}
	for !b.ended {
		before := b.gen
		b.out = nil
		if b.next(); b.ended {
			break
		}
		end := int(b.at) + b.taken
		if batchEnds = append(batchEnds, end); before > 0 && b.gen == 0 {
			generations = append(generations, end)
		}
	}
	return batchEnds, generations
}

// MostGeneration is the most that a generation may take.
const MostGeneration = mostGeneration
