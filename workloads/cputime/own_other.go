//go:build !unix && !windows

package cputime

import (
	"errors"
	"time"
)

func Own() (user, system time.Duration, err error) {
	return 0, 0, errors.ErrUnsupported
}
