package host

import "errors"

// counters are kernel counters, by a name of ours. They only grow.
type counters map[string]uint64

// rises returns by how much each counter has grown. It is unknown if a processor
// came or went, or a counter began again.
func rises(before, after counters) (map[string]float64, error) {
	rise := map[string]float64{}
	for name, now := range after {
		was, ok := before[name]
		switch {
		case !ok || len(before) != len(after):
			return nil, errors.New("counters came or went meanwhile")
		case now < was:
			return nil, errors.New("a counter went backwards")
		}
		rise[name] = float64(now - was)
	}
	return rise, nil
}
