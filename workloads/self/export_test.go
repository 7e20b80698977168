package self

import "io"

// Send sends a request without reading the reply.
func Send(p *Process, request string) { io.WriteString(p.stdin, request+"\n") }

// Unhook makes Start believe that Hook was never called, until the returned
// function is called.
func Unhook() func() {
	hooked.Store(false)
	return func() { hooked.Store(true) }
}
