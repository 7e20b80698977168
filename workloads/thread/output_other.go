//go:build !linux

package thread

// blendOutput is for what the runtime says on Linux.
func blendOutput() {}
