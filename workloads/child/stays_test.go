//go:build unix && system

package child

import (
	"strings"
	"testing"
	"time"
)

// It waits for the whole Grace.
func TestStopKillsAChildThatStays(t *testing.T) {
	p := start(t, "sleep 60", time.Minute, false)
	if _, err := p.Stop(); err == nil || !strings.Contains(err.Error(), "did not leave") {
		t.Errorf("Stop: %v", err)
	}
	select {
	case <-p.Done():
	default:
		t.Error("the child is still there")
	}
}
