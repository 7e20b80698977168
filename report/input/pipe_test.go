//go:build unix

package input_test

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"

	"conpar/report/input"
)

// Opening a pipe that nobody writes to would hang for ever.
func TestPipeWithoutWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := input.Read([]string{path}, nil); !errors.Is(err, input.ErrBadInput) {
		t.Errorf("got %v", err)
	}
}
