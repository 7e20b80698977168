//go:build !unix

package round

import (
	"os"

	"conpar/results/gotest"
)

// usage returns nothing: the system tells no such figures of a process that has
// ended.
func usage(*os.ProcessState, int64) *gotest.Process { return nil }

func peakOfThis() int64 { return 0 }
