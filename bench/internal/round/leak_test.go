package round

import (
	"testing"

	"go.uber.org/goleak"

	"conpar/workloads/reexec"
)

func TestMain(m *testing.M) {
	reexec.Init()
	goleak.VerifyTestMain(m)
}
