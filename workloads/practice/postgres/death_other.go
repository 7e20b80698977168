//go:build unix && !linux

package postgres

import "syscall"

// endWithUs does nothing: the server ends with its parent unless that is killed itself.
func endWithUs(*syscall.SysProcAttr) {}
