package round

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"testing/synctest"
	"time"
)

// Where a signal for all of a group reaches a sample before it reaches us, the
// sample has not failed: ours is waited for, but not for long.
func TestSignalForAll(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	ended := func(how string) *os.ProcessState {
		cmd := exec.Command("sh", "-c", how)
		_ = cmd.Run()
		return cmd.ProcessState
	}
	const soon = 300 * time.Millisecond
	for _, tt := range []struct {
		how   string
		after time.Duration // our own signal comes; 0: it does not
		waits time.Duration
	}{
		{"kill -INT $$", soon, soon},
		{"kill -TERM $$", soon, soon},
		{"kill -INT $$", 0, behind},
		{"kill -KILL $$", soon, 0},
		{"exit 3", soon, 0},
		{"exit 0", soon, 0},
	} {
		state := ended(tt.how)
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			if tt.after > 0 {
				defer time.AfterFunc(tt.after, cancel).Stop()
			}
			start := time.Now()
			awaitSameSignal(ctx, state)
			if took := time.Since(start); took != tt.waits {
				t.Errorf("%s, ours after %v: waited %v, want %v", tt.how, tt.after, took, tt.waits)
			}
		})
	}
}
