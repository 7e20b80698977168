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
	cut  bool // something before it was not kept
}

// Write never fails.
func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cut = t.cut || len(t.kept)+len(p) > tailBytes
	t.kept = append(t.kept, p[max(0, len(p)-tailBytes):]...)
	t.kept = slices.Delete(t.kept, 0, max(0, len(t.kept)-tailBytes))
	return len(p), nil
}

// String returns what was kept, without white space around it, and without the
// rest of a line whose beginning was not kept: of half a path nobody can tell
// that it is one.
func (t *Tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := t.kept
	if _, rest, more := bytes.Cut(kept, []byte("\n")); t.cut && more {
		kept = rest
	}
	return string(bytes.TrimSpace(kept))
}
