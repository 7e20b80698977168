//go:build race

package thread

// crowdLimit is below the 8,128 goroutines that the race detector puts up with.
const crowdLimit = 8000
