//go:build !linux

package peer

import "time"

// CPUTime returns the CPU time that the process has used so far, and whether
// this system tells: it doesn't.
func (p *Peer) CPUTime() (time.Duration, bool) { return 0, false }
