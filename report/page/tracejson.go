package page

import (
	"io"

	"conpar/report/null"
	"conpar/report/series"
	"conpar/report/timeline"
)

// WriteTracedJSON writes traces as one JSON object:
//
//	{"traces": [{
//	  "file":       "sort.trace",
//	  "durationNs": 2052000000,          from its first event to its last
//	  "gomaxprocs": 2,                   the largest; null: it does not say
//	  "goroutines": 17,
//	  "cpusBusy":   1.9,                 how many goroutines ran in the mean
//	  "together":   [0.01, 0.08, 0.91],  the fraction of the time with 0, 1, 2 … goroutines running
//	  "states":     {"runningNs": 3900000000, "readyNs": 0, "waitingNs": 0, "systemCallNs": 0},   of all goroutines
//	  "functions":  [{"function": "main.worker", "goroutines": 8, "states": {…}}],   with which they began
//	  "leftOut":    ["from 2.052 s on, it is cut"],   what of the file is not in all this; [] nothing
//	  "endsEarly":  false                 its program ended before it stopped the trace
//	}]}
//
// Functions are in the order of their running time, the longest first; the
// runtime's own are included. Every field is always there. Fields may be added,
// never changed.
func WriteTracedJSON(w io.Writer, all []Traced) error {
	return writeJSON(w, null.Object{"traces", each(all, jsonTraced)})
}

func jsonTraced(of Traced) null.Object {
	t := of.Trace
	return null.Object{
		"file", of.Name, "durationNs", t.Duration.Nanoseconds(), "gomaxprocs", null.Positive(t.Procs),
		"goroutines", t.Goroutines(), "cpusBusy", null.Full(t.CPUsBusy()),
		"together", each(t.Share, func(f float64) null.Full { return null.Full(f) }),
		"states", jsonStates(t.Times),
		"functions", each(t.Groups, func(g timeline.Group) null.Object {
			return null.Object{"function", null.Text(g.Func), "goroutines", g.N, "states", jsonStates(g.Times)}
		}),
		"leftOut", each(t.LeftOut, func(s string) string { return s }), "endsEarly", t.EndsEarly,
	}
}

func jsonStates(t timeline.Times) null.Object {
	return null.Object{
		"runningNs", t[series.Running].Nanoseconds(), "readyNs", t[series.Ready].Nanoseconds(),
		"waitingNs", t[series.Waiting].Nanoseconds(), "systemCallNs", t[series.Syscall].Nanoseconds(),
	}
}
