//go:build !windows

package host

import "conpar/results"

// batteryElsewhere is unknown: macOS tells it to programs with cgo only.
func batteryElsewhere(os string) results.Hazard { return notRead(os) }
