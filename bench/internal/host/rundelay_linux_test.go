package host

import (
	"testing"
	"time"
)

func TestRunDelayTakesBusyThreadsOnly(t *testing.T) {
	const ms = time.Millisecond
	earlier := Threads{"busy": {10 * ms, 1 * ms}, "idle": {0, 0}}
	now := Threads{"busy": {50 * ms, 4 * ms}, "idle": {1 * ms, 30 * ms}, "new": {20 * ms, 2 * ms}}
	got, ok := now.RunDelay(earlier, 40*ms)
	if !ok || got != 5*ms {
		t.Errorf("run delay %v, %v, want 5ms", got, ok)
	}
	if _, ok := Threads(nil).RunDelay(earlier, 40*ms); ok {
		t.Error("known without a reading")
	}
	if ReadThreads() == nil {
		t.Error("this process has no threads")
	}
}
