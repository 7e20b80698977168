package round

import (
	"fmt"

	"conpar/results"
)

type watcher interface{ Round() []results.Hazard }
type noWatch struct{}

func (noWatch) Round() []results.Hazard { return nil }

func foreignHazard(share *float64) results.Hazard {
	if share == nil {
		return results.Hazard{Name: "foreign CPU", State: results.Unknown}
	}
	state := results.OK
	if *share > results.DisturbedAbove {
		state = results.Warn
	}
	return results.Hazard{Name: "foreign CPU", State: state, Found: fmt.Sprintf("%.1f%%", 100**share)}
}
