//go:build !unix && !windows

package gauge

import (
	"errors"
	"time"
)

func cpuTimes() (user, system time.Duration, err error) {
	return 0, 0, errors.ErrUnsupported
}
