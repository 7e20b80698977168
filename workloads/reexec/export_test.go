package reexec

import "io"

// Send sends a request without reading the reply.
func Send(p *Process, request string) { io.WriteString(p.stdin, request+"\n") }

// Uninit makes Start believe that Init was never called, until the returned
// function is called.
func Uninit() func() {
	initialised.Store(false)
	return func() { initialised.Store(true) }
}
