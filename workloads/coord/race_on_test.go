//go:build race

package coord

import (
	"errors"
	"testing"

	"conpar/workloads"
	"conpar/workloads/workloadtest"
)

func TestRacesAreKeptFromTheDetector(t *testing.T) {
	for _, by := range []string{"plain", "loadstore", "gosched"} {
		_, err := workloadtest.Find(t, &Set, "race/by="+by).Open(t.Context(), workloads.Env{CPUs: 2})
		if _, ok := errors.AsType[workloads.Unavailable](err); !ok {
			t.Errorf("%s: %v, want a reason why it is unavailable", by, err)
		}
	}
}
