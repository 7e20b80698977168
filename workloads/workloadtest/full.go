//go:build system

package workloadtest

const full = true
