//go:build unix

package main

import (
	"io/fs"
	"os"
	"syscall"
)

// ownedAndPrivate says whether a folder is this user's and closed to others.
func ownedAndPrivate(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid() && info.Mode().Perm() == 0o700
}
