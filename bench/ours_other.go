//go:build !unix

package main

import "io/fs"

// ours says whether a folder is this user's: so is the one for temporary files.
func ours(fs.FileInfo) bool { return true }
