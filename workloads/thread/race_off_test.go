//go:build !race

package thread

const mostGoroutines = 100_000
