//go:build unix

package iobound

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
	"time"
)

// hung returns an opened tcp whose server is stopped and will not answer.
func hung(t *testing.T, patience time.Duration) *tcp {
	r := open(t, "tcp").(*tcp)
	r.patience = patience
	if err := r.Prepare(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(r.server.Pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestHungServerEndsTheRun(t *testing.T) {
	r := hung(t, 200*time.Millisecond)
	if _, err := r.Run(t.Context(), 4, 1<<30); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("error %v, want %v", err, os.ErrDeadlineExceeded)
	}
}

// Without the deadline that cancelling sets, the test would time out.
func TestCancellationDoesNotWaitForAHungServer(t *testing.T) {
	r := hung(t, 24*time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	defer time.AfterFunc(50*time.Millisecond, cancel).Stop()
	if _, err := r.Run(ctx, 4, 1<<30); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}
