//go:build !unix && !windows

package cputime

import (
	"errors"
	"time"
)

func Own() (user, system time.Duration, err error) {
	return 0, 0, errors.ErrUnsupported
}

// Children returns the CPU time of the processes that this one started and has
// waited for, with their own; 0 where the system does not tell.
func Children() time.Duration { return 0 }
