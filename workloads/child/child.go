// Package child runs child processes: each has a process group of its own, so
// that all of it can be killed, pipes to talk over, a time in which it must
// answer and leave, and a memory for what it wrote to stderr first and last.
//
// It knows no protocol but lines, and restarts nothing.
package child

import (
	"bytes"
	"slices"
	"sync"
)

// headBytes and tailBytes are how much of stderr is kept for error messages. A
// Go program says first why it crashed, and then where, at any length; an
// interpreter says it last.
const (
	headBytes = 1 << 10
	tailBytes = 3 << 10
)

// Stderr is a Writer that keeps the first KiB and the last 3 KiB of what it is
// given. Its zero value is ready.
type Stderr struct {
	mu         sync.Mutex
	head, tail []byte
	cut        bool // something between them is not kept
}

// Write never fails.
func (s *Stderr) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(len(p), headBytes-len(s.head))
	s.head = append(s.head, p[:n]...)
	rest := p[n:]
	s.cut = s.cut || len(s.tail)+len(rest) > tailBytes
	s.tail = append(s.tail, rest[max(0, len(rest)-tailBytes):]...)
	s.tail = slices.Delete(s.tail, 0, max(0, len(s.tail)-tailBytes))
	return len(p), nil
}

// String returns what was kept, without white space around it. In place of what
// was not kept there is a line "…", and beside it are whole lines, if there are
// any: half a path is not recognised as one.
func (s *Stderr) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.cut {
		return string(bytes.TrimSpace(slices.Concat(s.head, s.tail)))
	}
	head, tail := s.head, s.tail
	if end := bytes.LastIndexByte(head, '\n'); end >= 0 {
		head = head[:end]
	}
	if _, rest, _ := bytes.Cut(tail, []byte("\n")); len(rest) > 0 {
		tail = rest
	}
	return string(bytes.TrimSpace(slices.Concat(head, []byte("\n…\n"), tail)))
}
