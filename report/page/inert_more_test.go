//go:build system

package page

import (
	"testing"
)

// More than a thousand are planted, each payload in several places. With
// len(Payloads) turns each would stand everywhere, which takes six
// times as long.
func TestReportsAreInertInMorePlaces(t *testing.T) {
	const turns = 35
	if n := turns * len(Places); n < 1000 {
		t.Fatalf("only %d are planted", n)
	}
	inert(t, turns)
}
