package run

import (
	"testing"

	"go.uber.org/goleak"
)

// Drawing a page is the one thing in report that starts goroutines.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
