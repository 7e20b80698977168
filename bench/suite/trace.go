package suite

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/trace"

	"conpar/results"
	"conpar/workloads"
)

// Trace runs so many tasks of c once untraced and once more under an execution
// trace, which it writes to w. What is traced is not measured.
func (s *Suite) Trace(c results.Cell, tasks int, w io.Writer) error {
	_, r, err := s.prepare(c)
	if err != nil {
		return err
	}
	run := func() error {
		ctx := context.Background()
		if p, ok := r.(workloads.Preparer); ok {
			if err := p.Prepare(ctx, c.N); err != nil {
				return err
			}
		}
		res, err := r.Run(ctx, c.N, tasks)
		if want := r.Want(tasks); err == nil && res.Sum != want {
			err = fmt.Errorf("checksum of %d tasks is %x, want %x", tasks, res.Sum, want)
		}
		return err
	}
	if err := run(); err != nil {
		return err
	}
	runtime.GC() // else a collection of what came before might fall into the trace
	if err := trace.Start(w); err != nil {
		return err
	}
	defer trace.Stop()
	return run()
}
