package run

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"conpar/report/series"
	"conpar/report/timeline"
)

// What the runner's traces are of, by their names, and the regions in them.
const (
	stepRegion   = "step"
	stepTrace    = "steps.trace"
	dishRegion   = "dish"
	kitchenTrace = "kitchen-" // a prefix
)

// worker begins the names of the goroutines that do a workload's tasks.
const worker = "conpar/workloads/fan."

// readTraces fills in what the runs' traces show. A trace that cannot be read
// is a warning: no verdict rests on it.
func readTraces(data *series.Data) {
	for _, s := range data.Sources {
		if s.Run == nil {
			continue
		}
		for i := range s.Run.Traces {
			path := filepath.Join(s.Path, s.Run.Traces[i].Name)
			if err := readTrace(path, &s.Run.Traces[i]); err != nil {
				data.Warnings = append(data.Warnings, series.Warning{File: path, Text: fmt.Sprint("left out: ", err)})
			}
		}
	}
}

func readTrace(path string, t *series.Timeline) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	trace, err := timeline.Load(f)
	if err == nil && len(trace.LeftOut) > 0 { // half a kitchen shows nothing
		err = errors.New(strings.Join(trace.LeftOut, "; "))
	}
	if err != nil {
		return err
	}
	if t.Name == stepTrace {
		t.Steps, t.RunningMax, t.Makespan, err = trace.Together(stepRegion)
		return err
	}
	if t.Procs = trace.Procs; strings.HasPrefix(t.Name, kitchenTrace) {
		t.Lanes = trace.Regions(dishRegion, 0)
		return nil
	}
	lanes, _ := trace.Busiest(math.MaxInt, 0)
	for _, lane := range lanes {
		if strings.HasPrefix(lane.Name, worker) {
			lane.Name = fmt.Sprintf("goroutine %d", len(t.Lanes)+1)
			t.Lanes = append(t.Lanes, lane)
		}
	}
	return nil
}
