package peer_test

import "testing"

// On Linux even what never looks at its stdin dies with a parent that is killed:
// a peer, and a compiler that hangs.
func TestTheDeafDieWithTheirParent(t *testing.T) {
	for _, role := range []string{"deaf-peer", "deaf-compiler"} {
		t.Run(role, func(t *testing.T) { diesWithItsParent(t, role) })
	}
}
