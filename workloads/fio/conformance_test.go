//go:build system

package fio

import (
	"testing"

	"conpar/workloads/workloadtest"
)

// Each task takes fio a quarter of a second, and this takes many.
func TestConformance(t *testing.T) { workloadtest.Run(t, &Set) }
