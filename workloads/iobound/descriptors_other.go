//go:build !unix

package iobound

import "math"

// descriptors returns how many descriptors a process may have: here there is
// no limit to be met.
func descriptors() int { return math.MaxInt }
