//go:build !linux

package host

import "time"

// Threads is empty: only Linux tells what threads wait for.
type Threads struct{}

// ReadThreads reads nothing.
func ReadThreads() Threads { return Threads{} }

// RunDelay is unknown.
func (Threads) RunDelay(Threads, time.Duration) (time.Duration, bool) { return 0, false }
