//go:build unix

package reexec_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"conpar/workloads/child"
	"conpar/workloads/reexec"
)

func init() {
	reexec.Register("tool", func(args []string) int {
		// It starts a process that looks at no stdin, as compilers do.
		cmd := exec.Command("sh", "-c", "exec 3>"+args[0]+"; sleep 60 & wait")
		if err := child.Run(cmd, nil); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	})
}

// What a child has started in turn, and what that has, ends with the child when
// the parent is gone.
func TestToolsEndWithTheParent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "tool", path)
	fifo, err := os.OpenFile(path, os.O_RDONLY, 0) // waits for somebody to write
	if err != nil {
		t.Fatal(err)
	}
	defer fifo.Close()
	if _, err := p.Stop(); err != nil { // as the parent's death does, it ends stdin
		t.Error(err)
	}
	if err := fifo.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := fifo.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("it lives on")
	}
}
