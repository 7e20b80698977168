//go:build unix

package main

import (
	"io/fs"
	"os"
	"syscall"
)

// ours says whether a folder is this user's, and private.
func ours(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid() && info.Mode().Perm() == 0o700
}
