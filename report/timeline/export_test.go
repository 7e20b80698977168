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
