// Package child has what every child process needs, whoever starts it: a group
// of its own, so that all of it can be killed, and a memory for the last that it
// wrote to stderr.
//
// It starts nothing itself.
package child

import (
	"bytes"
	"slices"
	"sync"
)

// tailBytes is how much of stderr is kept for error messages.
const tailBytes = 4 << 10

// Tail is a Writer that keeps the last 4 KiB of what it is given. Its zero
// value is ready.
type Tail struct {
	mu   sync.Mutex
	kept []byte
}

// Write never fails.
func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p[max(0, len(p)-tailBytes):]...)
	t.kept = slices.Delete(t.kept, 0, max(0, len(t.kept)-tailBytes))
	return len(p), nil
}

// String returns what was kept, without white space around it.
func (t *Tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.kept))
}
