//go:build !system

package workloadtest

// full says that all values of an axis are tried, with few and with many
// processors. The build tag system sets it.
const full = false
