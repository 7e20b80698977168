package iobound

import "fmt"

// reserve is how many descriptors a process needs for other things than its
// tasks.
const reserve = 64

// checkDescriptors fails where g goroutines cannot have a file or connection
// each. A server of ours has the same limit as its client. Go has already
// raised it as far as it may.
func checkDescriptors(g int) error {
	if limit := descriptors(); g > limit-reserve {
		return fmt.Errorf("%d goroutines need %d file descriptors, but the limit is %d: raise it (ulimit -n, hard)",
			g, g+reserve, limit)
	}
	return nil
}
