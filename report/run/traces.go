package run

import (
	"fmt"
	"os"
	"path/filepath"

	"conpar/report/series"
	"conpar/report/timeline"
)

// stepRegion is the type of the regions that the runner's trace of steps is
// made of.
const (
	stepRegion = "step"
	stepTrace  = "steps.trace"
)

// readTraces fills in what the runs' traces show. A trace that cannot be read
// is a warning: no verdict rests on it.
func readTraces(data *series.Data) {
	for _, s := range data.Sources {
		if s.Run == nil {
			continue
		}
		for i := range s.Run.Traces {
			if s.Run.Traces[i].File != stepTrace {
				continue
			}
			path := filepath.Join(s.Path, s.Run.Traces[i].File)
			if err := readTrace(path, &s.Run.Traces[i]); err != nil {
				data.Warnings = append(data.Warnings, series.Warning{File: path, Text: fmt.Sprint("left out: ", err)})
			}
		}
	}
}

func readTrace(path string, t *series.Trace) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	sum, err := timeline.Read(f, stepRegion)
	if err != nil {
		return err
	}
	t.Steps, t.RunningMax, t.Makespan = sum.Regions, sum.RunningMax, sum.Makespan
	return nil
}
