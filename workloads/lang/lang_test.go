package lang

import (
	"testing"

	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) { workloadtest.Main(m) }

func TestConformance(t *testing.T) { workloadtest.Run(t, &Set) }
