//go:build system

package page

import (
	"testing"

	"conpar/report/page/internal/hostile"
)

// More than a thousand are planted, each payload in several places. With
// len(hostile.Payloads) turns each would stand everywhere, which takes six
// times as long.
func TestReportsAreInertInMorePlaces(t *testing.T) {
	const turns = 35
	if n := turns * len(hostile.Places); n < 1000 {
		t.Fatalf("only %d are planted", n)
	}
	inert(t, turns)
}
