package thread

import "syscall"

// blendOutput has stderr go where stdout does. A runtime that the system allows
// no more threads says so first, and then where each of a thousand goroutines
// was; stderr would keep the end of that.
func blendOutput() { syscall.Dup3(syscall.Stdout, syscall.Stderr, 0) } // a failure costs the reason alone
