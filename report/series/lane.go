package series

import "time"

// State is what a goroutine does.
type State uint8

// The states.
const (
	Running State = iota // on one of the GOMAXPROCS processors
	Ready                // it could run, but no processor is free
	Waiting              // for a timer, the network, another goroutine
	Syscall              // in a system call; the last one
)

// Span is a time that a goroutine spent in one state.
type Span struct {
	From, To time.Duration // since the trace began
	State    State
	Proc     int // while running: which processor, from 0
}

// Lane is what a goroutine, or what it worked at, went through.
type Lane struct {
	Name  string
	Spans []Span // in order, not overlapping
}
