//go:build system

package peer_test

import (
	"strings"
	"testing"

	"conpar/workloads/peer"
)

// These tests wait for as long as a child may take to leave.

func TestPeerWhoseChildStays(t *testing.T) {
	t.Parallel()
	fails(t, "bequeath", []string{"it died", "exit status 8", "have this"})
}

func TestCloseKillsWhatStays(t *testing.T) {
	t.Parallel()
	p := start(t, program("stay"))
	if err := p.Close(); err == nil || !strings.Contains(err.Error(), "stay: it did not leave") || !peer.Gone(p) {
		t.Errorf("Close: %v, gone: %v", err, peer.Gone(p))
	}
}
