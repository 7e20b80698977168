// Package temporary makes folders for what workloads prepare. It removes those
// that killed processes left behind.
package temporary

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// staleAfter is the age at which a folder is left over: the process that made it
// has ended. A process number in the name would not tell: another process may
// have that number by now, or a container may have numbers of its own.
const staleAfter = 24 * time.Hour

// Folder makes a folder below parent whose name begins with that prefix, which
// must end with a dash. It first removes what is left over of that prefix. What
// it can't remove stays: that is no reason not to measure.
func Folder(parent, prefix string) (string, error) {
	entries, _ := os.ReadDir(parent)
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && strings.HasPrefix(entry.Name(), prefix) && time.Since(info.ModTime()) > staleAfter {
			os.RemoveAll(filepath.Join(parent, entry.Name()))
		}
	}
	return os.MkdirTemp(parent, prefix)
}
