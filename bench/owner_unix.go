//go:build unix

package main

import (
	"io/fs"
	"os"
	"syscall"
)

// ownedAndPrivate says whether a folder is this user's and others can neither list it
// nor write in it.
func ownedAndPrivate(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid() && info.Mode().Perm()&^0o011 == 0o700
}
