//go:build !unix

package main

import "io/fs"

// ownedAndPrivate says whether a folder is this user's and closed to others.
// The folder for temporary files is the user's own here, and so is all in it.
func ownedAndPrivate(fs.FileInfo) bool { return true }
