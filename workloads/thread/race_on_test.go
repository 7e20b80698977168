//go:build race

package thread

// mostGoroutines is within the 8,128 that the race detector puts up with.
const mostGoroutines = 5000
