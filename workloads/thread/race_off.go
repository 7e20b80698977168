//go:build !race

package thread

import "math"

// crowdLimit is how many goroutines the runtime puts up with: any number.
const crowdLimit = math.MaxInt
