//go:build unix && !linux

package peer

import "syscall"

// dieWithParent does nothing: programs are to end at the end of their stdin.
func dieWithParent(*syscall.SysProcAttr) {}
