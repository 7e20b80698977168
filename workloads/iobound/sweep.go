package iobound

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// staleAfter is the age at which something is left over even if there is a
// process of its number: another one has that number by now.
const staleAfter = 24 * time.Hour

// ownPattern is the pattern, for a temporary file or folder, by which sweep
// knows that it is of this process.
func ownPattern(prefix string) string { return prefix + strconv.Itoa(os.Getpid()) + "-*" }

// sweep removes the files and folders of that prefix whose processes are gone,
// having been killed. What can't be removed is left: it is no reason not to
// measure.
func sweep(dir, prefix string, now time.Time) {
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		rest, ours := strings.CutPrefix(entry.Name(), prefix)
		number, _, owned := strings.Cut(rest, "-")
		pid, err := strconv.Atoi(number)
		if !ours || !owned || err != nil {
			continue
		}
		info, err := entry.Info()
		if err == nil && (gone(pid) || now.Sub(info.ModTime()) > staleAfter) {
			os.RemoveAll(filepath.Join(dir, entry.Name()))
		}
	}
}

// gone reports whether there is no process of that number.
func gone(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return true // on Windows; elsewhere there is always something to find
	}
	defer p.Release()
	return errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
