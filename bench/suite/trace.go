package suite

import (
	"fmt"
	"io"
	"runtime"
	"runtime/trace"

	"conpar/results"
	"conpar/workloads"
)

// Trace runs the given number of tasks of c once untraced, and once under an
// execution trace, which it writes to w. It measures nothing.
func (s *Suite) Trace(c results.Cell, tasks int, w io.Writer) error {
	_, r, err := s.cell(c)
	if err != nil {
		return err
	}
	once := func() error {
		if err := workloads.Prepare(forEver, r, c.N); err != nil {
			return err
		}
		res, err := r.Run(forEver, c.N, tasks)
		if want := r.Want(tasks); err == nil && res.Sum != want {
			err = fmt.Errorf("checksum of %d tasks is %x, want %x", tasks, res.Sum, want)
		}
		return err
	}
	if err := once(); err != nil {
		return err
	}
	runtime.GC() // otherwise a collection of earlier garbage might fall into the trace
	if err := trace.Start(w); err != nil {
		return err
	}
	defer trace.Stop()
	return once()
}
