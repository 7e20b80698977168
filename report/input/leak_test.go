package input

import (
	"testing"

	"go.uber.org/goleak"
)

// Several files are read at once.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
