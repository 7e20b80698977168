package suite

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"conpar/results"
	"conpar/workloads"
)

func TestTrace(t *testing.T) {
	c := results.Cell{Family: "Mixed", Work: "steps", Axis: "goroutines", N: 8, Procs: 1}
	for name, tt := range map[string]struct {
		f    *fake
		want string
	}{
		"a trace":          {&fake{}, ""},
		"a wrong checksum": {&fake{wrong: true}, "checksum"},
		"a failing run":    {&fake{err: errors.New("broken")}, "broken"},
	} {
		s := Open(workloads.Env{CPUs: 1})
		s.open[c.Series()] = tt.f
		var data bytes.Buffer
		err := s.Trace(c, 16, &data)
		if tt.want != "" {
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: error %v", name, err)
			}
			continue
		}
		if err != nil || !strings.HasPrefix(data.String(), "go 1.") || len(tt.f.ran) != 2 {
			t.Errorf("%s: it begins with %.20q, ran %v, error %v", name, data.String(), tt.f.ran, err)
		}
	}
}
