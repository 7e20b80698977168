package host

import "errors"

// counters are kernel counters, by a name of ours. They only grow.
type counters map[string]uint64

var (
	errComings   = errors.New("counters came or went meanwhile")
	errBackwards = errors.New("a counter went backwards")
)

// rises returns by how much each counter has grown. It is unknown if a processor
// came or went, or a counter began again.
func rises(before, after counters) (map[string]float64, error) {
	if len(before) != len(after) {
		return nil, errComings
	}
	rise := map[string]float64{}
	for name, now := range after {
		was, ok := before[name]
		if !ok {
			return nil, errComings
		}
		if now < was {
			return nil, errBackwards
		}
		rise[name] = float64(now - was)
	}
	return rise, nil
}
