// Package affinity keeps processes to some of the machine's CPUs, so that what
// GOMAXPROCS does can be told from what CPUs do. GOMAXPROCS says how many threads
// run Go code at once; a thread in a system call does not count, and all threads
// may use all CPUs that the process may.
//
// Where a system has no affinity, as macOS, errors wrap [errors.ErrUnsupported].
package affinity

import (
	"fmt"
	"slices"
)

// check says that the system gave other CPUs than it was asked for. A control
// group narrows a set of CPUs without an error.
func check(asked, got []int, err error) error {
	if err == nil && !slices.Equal(asked, got) {
		err = fmt.Errorf("asked for the CPUs %v, the system gave %v", asked, got)
	}
	return err
}
