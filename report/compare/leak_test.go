package compare_test

import (
	"testing"

	"go.uber.org/goleak"
)

// The tests start benchstat.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
