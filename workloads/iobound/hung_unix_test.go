//go:build unix

package iobound

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"
	"time"
)

// hung returns an opened workload whose server is stopped and will not answer.
func hung(t *testing.T, name string, patience time.Duration) *remote {
	r := open(t, name).(*remote)
	r.patience = patience
	if err := r.Prepare(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(r.server.Cmd.Process.Pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestHungServerEndsTheRun(t *testing.T) {
	t.Parallel()
	onRemotes(t, func(t *testing.T, name string) {
		r := hung(t, name, 200*time.Millisecond)
		var late net.Error
		if _, err := r.Run(t.Context(), 4, 1<<30); !errors.As(err, &late) || !late.Timeout() {
			t.Errorf("error %v, want one of a timeout", err)
		}
	})
}

// Without the deadline that cancelling sets, the test would time out.
func TestCancellationDoesNotWaitForAHungServer(t *testing.T) {
	t.Parallel()
	onRemotes(t, func(t *testing.T, name string) {
		r := hung(t, name, 24*time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		timer := time.AfterFunc(50*time.Millisecond, cancel)
		if _, err := r.Run(ctx, 4, 1<<30); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want %v", err, context.Canceled)
		}
		timer.Stop()
		cancel()
	})
}
