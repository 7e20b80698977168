package run

import (
	"testing"

	"go.uber.org/goleak"
)

// Drawing a page and reading several files start goroutines.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
